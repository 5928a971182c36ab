package dev.assayer.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The options of every command, wherever on the line they stand. */
final class GlobalOptions {
  static final String CONFIG_VARIABLE = "ASSAYER_CONFIG";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      scope = ScopeType.INHERIT,
      converter = FormatConverter.class,
      description = "Form of the answer on stdout. Default: text.")
  private Optional<Format> format = Optional.empty();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "The configuration. Default: the file that ASSAYER_CONFIG names.")
  private Optional<String> config = Optional.empty();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and exit.")
  private boolean help;

  boolean json() {
    return format.filter(chosen -> chosen == Format.JSON).isPresent();
  }

  /** Whether help was asked for, which picocli shows by itself. */
  boolean help() {
    return help;
  }

  /** The configuration file that is named, on the command line or in the environment. */
  Optional<Path> configFile(Session session) {
    return namedConfig().or(() -> configVariable(session));
  }

  /** The configuration file that the command line names. */
  Optional<Path> namedConfig() {
    return config.map(GlobalOptions::path);
  }

  /** The configuration file that the environment names. */
  Optional<Path> configVariable(Session session) {
    return session.variable(CONFIG_VARIABLE).map(GlobalOptions::path);
  }

  static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException impossible) {
      throw Failure.usage("\"" + name + "\" is not the name of a file: " + impossible.getReason());
    }
  }

  enum Format {
    TEXT,
    JSON
  }

  static final class FormatConverter implements ITypeConverter<Format> {
    @Override
    public Format convert(String word) {
      return switch (word.toLowerCase(Locale.ROOT)) {
        case "text" -> Format.TEXT;
        case "json" -> Format.JSON;
        default ->
            throw new TypeConversionException("\"" + word + "\" is no format: write text or json");
      };
    }
  }
}
