package dev.assayer.cli;

import dev.assayer.audit.AuditExport;
import dev.assayer.audit.LogRecords;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code assayer audit export}. */
@Command(
    name = "export",
    header = "Write a log in the words of other systems: ECS or OCSF.",
    description = {
      "Writes each decision as one JSON object a line: as the Elastic Common Schema 8.11 has it, or"
          + " as class API Activity (6003) of the Open Cybersecurity Schema Framework 1.1.0. What"
          + " they have no word for stands under assayer and unmapped. docs/audit.md has the table.",
      "",
      "The export proves nothing: the log does, and event.id and metadata.uid name its record."
    },
    exitCodeList = {
      "0:the log was read",
      "1:an entry or a record is missing or damaged",
      "2:there is no log, or the command line is wrong"
    },
    footer = {
      "",
      "Examples:",
      "  assayer audit export --directory DIR --format ecs --since 2026-03-01 > march.jsonl",
      "  assayer audit export --config assayer.yaml --format ocsf"
    })
final class AuditExportCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Mixin private LogArguments log = new LogArguments();

  @Option(
      names = "--format",
      required = true,
      paramLabel = "ecs|ocsf",
      converter = FormatConverter.class,
      description = "Whose words.")
  private Optional<Format> format = Optional.empty();

  @Mixin private PeriodArguments period = new PeriodArguments();

  AuditExportCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  /** Whose words. */
  enum Format {
    ECS,
    OCSF;

    JsonObject of(LogRecords.Found found) {
      return switch (this) {
        case ECS -> AuditExport.ecs(found);
        case OCSF -> AuditExport.ocsf(found);
      };
    }
  }

  @Override
  public Integer call() {
    Path directory = log.directory(options, session);
    AuditFilter times = AuditFilter.ofTimes(period.since(), period.until());
    Format words = format.orElseThrow();
    try {
      LogRecords.of(directory)
          .orElseThrow(() -> Failure.usage("there is no audit log in " + directory))
          .forEach(found -> {
            if (times.fits(found)) {
              session.line(JsonText.compact(words.of(found)));
            }
            return true;
          });
      return ExitCode.FINE;
    } catch (IOException damaged) {
      throw AuditArguments.damaged(damaged);
    }
  }

  static final class FormatConverter implements ITypeConverter<Format> {
    @Override
    public Format convert(String word) {
      return switch (word) {
        case "ecs" -> Format.ECS;
        case "ocsf" -> Format.OCSF;
        default ->
            throw new TypeConversionException(
                "\"" + word + "\" is no format of an export: write ecs or ocsf");
      };
    }
  }
}
