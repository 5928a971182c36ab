package dev.assayer.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads policy tests as strictly as configurations: never throws on what a file holds, every
 * mistake is a {@link Finding}.
 */
public final class PolicySuiteLoader {
  static final String KIND = "PolicyTest";

  /**
   * Reads a policy test and its configuration.
   *
   * @param file at most 4 MiB of UTF-8; paths in it are relative to its directory
   * @param override the configuration to test in place of the one that the file names
   * @param fallback the configuration to test where the file names none
   */
  public PolicySuite.Result load(Path file, Optional<Path> override, Optional<Path> fallback) {
    Path parent = file.getParent();
    ReferencedFiles others = new ReferencedFiles(parent == null ? Path.of("") : parent);
    Reading reading = new Reading(file.toString(), others);
    try {
      byte[] bytes =
          switch (ReferencedFiles.bounded(file, YamlComposer.MAX_CHARS)) {
            case ReferencedFiles.Read(byte[] content) -> content;
            case ReferencedFiles.Unreadable(String why) ->
                throw new YamlProblem(
                    0, 0, why, "give the path of a readable file of at most 4 MiB");
          };
      Field document = new Field("", YamlText.document(YamlText.decode(bytes)));
      return Scalars.mapping(document, reading)
          .map(root -> read(root, override, fallback, reading))
          .orElseGet(() -> refused(reading));
    } catch (YamlProblem problem) {
      return new PolicySuite.Result.Refused(
          List.of(
              new Finding(
                  Severity.ERROR,
                  reading.source(),
                  problem.line(),
                  problem.column(),
                  "",
                  "",
                  problem.problem(),
                  problem.remedy())));
    }
  }

  private static PolicySuite.Result read(
      MappingReader root, Optional<Path> override, Optional<Path> fallback, Reading reading) {
    if (!ConfigReader.supported(root) || !isPolicyTest(root)) {
      return refused(reading);
    }
    Optional<Field> field =
        override.isPresent() || fallback.isPresent()
            ? root.value("config")
            : root.required("config", "config: assayer.yaml");
    Optional<Path> named = field.flatMap(value -> Scalars.file(value, reading));
    Optional<Path> configFile = override.or(() -> named).or(() -> fallback);
    if (configFile.isEmpty()) {
      return refused(reading);
    }
    return switch (new ConfigLoader().load(configFile.get())) {
      case LoadResult.Refused(List<Finding> errors) -> new PolicySuite.Result.Refused(errors);
      case LoadResult.Loaded(Config config, List<Finding> findings) -> {
        List<PolicyCase> cases = new PolicyCaseReader(config, reading).read(root);
        root.done();
        yield reading.failed()
            ? refused(reading)
            : new PolicySuite.Result.Loaded(
                new PolicySuite(reading.source(), configFile.get(), config, cases), findings);
      }
    };
  }

  private static boolean isPolicyTest(MappingReader root) {
    Optional<Field> field = root.required("kind", "kind: " + KIND);
    Optional<String> kind = field.flatMap(value -> Scalars.text(value, root.reading()));
    if (field.isPresent() && kind.isPresent() && !kind.get().equals(KIND)) {
      root.reading()
          .error(field.get(), Shown.quoted(kind.get()) + " is no policy test", "use " + KIND);
      return false;
    }
    return kind.isPresent();
  }

  private static PolicySuite.Result refused(Reading reading) {
    return new PolicySuite.Result.Refused(reading.refused().errors());
  }
}
