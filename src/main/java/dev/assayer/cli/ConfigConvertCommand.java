package dev.assayer.cli;

import dev.assayer.config.ConfigConverter;
import dev.assayer.config.ConversionResult;
import dev.assayer.config.Finding;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assayer config convert}. */
@Command(
    name = "convert",
    header = "Convert a Connaisseur configuration.",
    description = {
      "Converts a configuration of Connaisseur 1.x, 2.x or 3.x, as Helm values or as its pods mount"
          + " it. Nothing is fetched.",
      "Stdout has our configuration, with the secrets of the other file. Stderr has what became of"
          + " each part, never with a secret: what changes its meaning, with the rules that it"
          + " touches; what could not be converted, and why; what is a matter of the chart; what"
          + " means the same.",
      "",
      "What could not be converted never admits more: the images concerned are denied, and where"
          + " that cannot be had either, nothing is written.",
      "Every --config takes such a file as it is.",
      "",
      "With -o json, one object on stdout: {\"config\",\"changes\",\"findings\"}."
    },
    exitCodeList = {
      "0:converted",
      "1:with --strict: converted, but for parts that have nothing of ours",
      "2:it cannot be read, is no configuration of Connaisseur, or leaves no safe conversion"
    },
    footer = {
      "",
      "Examples:",
      "  assayer config convert values.yaml > assayer.yaml",
      "  helm get values connaisseur -n connaisseur --all | assayer config convert -",
      "  assayer config convert --strict -o json values.yaml   # in a pipeline"
    })
final class ConfigConvertCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Parameters(paramLabel = "FILE", description = "The configuration of Connaisseur; - for stdin.")
  private String file = "";

  @Option(names = "--strict", description = "Exit with 1 if anything could not be converted.")
  private boolean strict;

  ConfigConvertCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    ConversionResult result =
        file.equals(Inputs.STDIN)
            ? new ConfigConverter()
                .convert(Inputs.read("FILE", file, ConfigConverter.MAX_BYTES + 1, session), "stdin")
            : new ConfigConverter().convert(GlobalOptions.path(file));
    return switch (result) {
      case ConversionResult.Refused(List<Finding> errors) ->
          throw new Failure(ExitCode.USAGE, errors.stream().map(Finding::text).toList());
      case ConversionResult.Converted converted -> {
        ConversionReport report = new ConversionReport(converted);
        if (options.json()) {
          session.line(report.json());
        } else {
          session.line(converted.yaml().stripTrailing());
          report.text().forEach(session::note);
        }
        yield strict && !report.complete() ? ExitCode.DENIED : ExitCode.FINE;
      }
    };
  }
}
