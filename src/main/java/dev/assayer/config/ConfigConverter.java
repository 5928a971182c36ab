package dev.assayer.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Converts configuration files of Connaisseur 1.x, 2.x and 3.x. It never throws on what one holds.
 */
public final class ConfigConverter {

  /** The most bytes of a file. */
  public static final int MAX_BYTES = YamlComposer.MAX_CHARS;

  /**
   * Converts a file.
   *
   * @param file Helm values, or the configuration that Connaisseur's pods mount
   */
  public ConversionResult convert(Path file) {
    String source = file.toString();
    return switch (ReferencedFiles.bounded(file, MAX_BYTES)) {
      case ReferencedFiles.Unreadable(String why) ->
          refused(source, 0, 0, why, "give the path of a readable file of at most 4 MiB");
      case ReferencedFiles.Read(byte[] bytes) -> convert(bytes, source);
    };
  }

  /**
   * Converts what a file holds.
   *
   * @param source its name for findings
   */
  public ConversionResult convert(byte[] bytes, String source) {
    if (bytes.length > MAX_BYTES) {
      return refused(source, 0, 0, "is larger than 4 MiB", "remove parts of it");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      Optional<YamlNode> document = YamlComposer.compose(text);
      return document.isPresent()
              && document.get() instanceof YamlNode.Mapping mapping
              && Connaisseur.wrote(mapping)
          ? convert(mapping, bytes, source)
          : refused(
              source,
              0,
              0,
              "is no configuration of Connaisseur",
              "give its Helm values, or the file with its validators and policy");
    } catch (CharacterCodingException notUtf8) {
      return refused(source, 0, 0, "is not UTF-8 text", "save it as UTF-8");
    } catch (YamlProblem problem) {
      return refused(source, problem.line(), problem.column(), problem.problem(), problem.remedy());
    }
  }

  private static ConversionResult convert(YamlNode.Mapping mapping, byte[] bytes, String source) {
    Reading reading = new Reading(source, new ReferencedFiles(Path.of("")));
    ConnaisseurConverter.Result result = ConnaisseurConverter.convert(mapping, reading);
    if (reading.failed() || result.generation().isEmpty()) {
      return new ConversionResult.Refused(reading.refused().errors());
    }
    return switch (new ConfigReader(source, bytes, reading).ours(result.ours())) {
      case LoadResult.Refused(List<Finding> errors) -> new ConversionResult.Refused(errors);
      case LoadResult.Loaded(_, List<Finding> findings) ->
          new ConversionResult.Converted(
              result.generation().get().words(),
              YamlWriter.write(result.ours(), header(source, result.generation().get().words())),
              YamlToJson.object(result.ours()),
              result.changes(),
              findings);
    };
  }

  private static List<String> header(String source, String generation) {
    return List.of(
        "Converted from " + Shown.of(source) + " (Connaisseur " + generation + ").",
        "Numbers of lines are those of that file.");
  }

  private static ConversionResult refused(
      String source, int line, int column, String problem, String remedy) {
    return new ConversionResult.Refused(
        List.of(new Finding(Severity.ERROR, source, line, column, "", "", problem, remedy)));
  }
}
