package dev.assayer.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Compares the own files with the list that the build made of them, and looks for what could change
 * the code as it is loaded: agents, and options that somebody else gives to the JVM. It finds what
 * was changed by mistake or by somebody who does not know of it; whoever can change a jar can
 * change the list too, so the image is mounted read-only, and the list's own digest is logged.
 */
final class CodeIntegrity {
  /** Beside the jar: a line for each file, its SHA-256 in hex, two spaces, its name. */
  static final String LIST = "assayer.sha256";

  private static final String JAR = ".jar";

  /** What makes the JVM run code that is not in the jars. */
  private static final List<String> AGENTS =
      List.of(
          "-javaagent",
          "-agentlib",
          "-agentpath",
          "-xrun",
          "-xdebug",
          "-xbootclasspath",
          "--patch-module",
          "-xx:+enabledynamicagentloading",
          "-xx:-disableattachmechanism");

  /** The JVM takes options from these whoever starts it; nothing of ours sets them. */
  private static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS");

  private final Optional<Path> home;
  private final String classPath;
  private final List<String> options;
  private final Map<String, String> environment;

  /**
   * What is looked at.
   *
   * @param home folder of the jar; empty where the classes are in no jar, as in tests
   * @param classPath as the JVM was given it
   * @param options that the JVM was started with
   */
  CodeIntegrity(
      Optional<Path> home,
      String classPath,
      List<String> options,
      Map<String, String> environment) {
    this.home = home;
    this.classPath = classPath;
    this.options = options;
    this.environment = environment;
  }

  /** This process. */
  static CodeIntegrity ofThisProcess(Map<String, String> environment, List<String> options) {
    return new CodeIntegrity(
        jar().flatMap(jar -> Optional.ofNullable(jar.getParent())),
        System.getProperty("java.class.path", ""),
        options,
        environment);
  }

  private static Optional<Path> jar() {
    try {
      return Optional.ofNullable(CodeIntegrity.class.getProtectionDomain().getCodeSource())
          .map(source -> source.getLocation())
          .filter(url -> url.getPath().endsWith(JAR))
          .map(url -> url.toString())
          .map(text -> Path.of(URI.create(text)).toAbsolutePath());
    } catch (IllegalArgumentException elsewhere) {
      return Optional.empty();
    }
  }

  /**
   * What was found.
   *
   * @param mismatches each one clause
   * @param list digest of the list; empty if there is none
   */
  record Found(List<String> mismatches, String list) {
    /** Copies the list. */
    Found {
      mismatches = List.copyOf(mismatches);
    }
  }

  /** Reads all files; takes a second at most. */
  Found look() {
    List<String> mismatches = new ArrayList<>();
    for (String variable : VARIABLES) {
      if (!environment.getOrDefault(variable, "").isBlank()) {
        mismatches.add("the environment variable " + variable + " gives options to the JVM");
      }
    }
    for (String option : options) {
      String name = option.toLowerCase(Locale.ROOT);
      if (AGENTS.stream().anyMatch(name::startsWith)) {
        mismatches.add("the JVM was started with " + option.split("[=:]", 2)[0]);
      }
    }
    String list = home.map(folder -> files(folder, mismatches)).orElse("");
    return new Found(mismatches, list);
  }

  private String files(Path folder, List<String> mismatches) {
    try {
      Path file = folder.resolve(LIST);
      if (!Files.isRegularFile(file)) {
        mismatches.add("there is no " + LIST + " beside the jar; build with make build");
        return "";
      }
      Map<String, String> listed = read(file);
      for (Map.Entry<String, String> each : listed.entrySet()) {
        Path listedFile = folder.resolve(each.getKey());
        if (!Files.isRegularFile(listedFile)) {
          mismatches.add(each.getKey() + " is gone");
        } else if (!sha256(listedFile).equals(each.getValue())) {
          mismatches.add(each.getKey() + " was changed after the build");
        }
      }
      for (String jar : jars(folder)) {
        if (!listed.containsKey(jar)) {
          mismatches.add(jar + " was added after the build");
        }
      }
      if (!folder.resolve("assayer.jar").equals(Path.of(classPath).toAbsolutePath().normalize())) {
        mismatches.add("the class path is not assayer.jar alone");
      }
      return sha256(file);
    } catch (IOException | InvalidPathException unreadable) {
      mismatches.add("the own files cannot be read: " + unreadable.getClass().getSimpleName());
      return "";
    }
  }

  private static Map<String, String> read(Path file) throws IOException {
    Map<String, String> listed = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] parts = line.split(" {2}", 2);
      if (parts.length == 2) {
        listed.put(parts[1], parts[0]);
      }
    }
    return listed;
  }

  private static List<String> jars(Path folder) throws IOException {
    List<String> jars = new ArrayList<>();
    for (Path in : List.of(folder, folder.resolve("lib"))) {
      try (Stream<Path> files = Files.list(in)) {
        files
            .filter(file -> file.toString().endsWith(JAR))
            .map(file -> folder.relativize(file).toString())
            .forEach(jars::add);
      }
    }
    return jars;
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
