package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cli.Main;
import dev.assayer.testing.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real process out of jars, laid out as the build lays them out, with the launcher and the
 * options that ship.
 */
@Timeout(120)
class CodeIntegrityProcessTest {
  private static final Pattern ADMIN = Pattern.compile("admin on (http://[0-9.:]+)");

  /** An agent that does nothing: that it is there is enough. */
  public static final class Agent {
    private Agent() {}

    /** Called by the JVM. */
    public static void premain(String argument) {
      if ("never".equals(argument)) {
        throw new IllegalStateException();
      }
    }
  }

  @TempDir private Path home;
  @TempDir private Path dir;
  private Process process;

  @BeforeEach
  void lay() throws Exception {
    Path lib = Files.createDirectory(home.resolve("lib"));
    Path classes = location(Main.class);
    Set<Path> jars =
        classPath()
            .map(Path::of)
            .filter(file -> file.toString().endsWith(".jar"))
            .filter(Files::isRegularFile)
            .collect(Collectors.toSet());
    for (Path jar : jars) {
      Files.copy(jar, lib.resolve(jar.getFileName()));
    }
    Manifest manifest = manifest();
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            jars.stream().map(jar -> "lib/" + jar.getFileName()).collect(Collectors.joining(" ")));
    jar(home.resolve("assayer.jar"), manifest, classes);
    Path sources = Path.of("src/main/launcher");
    Files.copy(sources.resolve("assayer"), home.resolve("assayer"));
    Files.copy(sources.resolve("find-jdk.sh"), lib.resolve("find-jdk.sh"));
    Files.copy(sources.resolve("jvm.options"), lib.resolve("jvm.options"));
    list();
    ServerRig.show(dir, ServerRig.CA.identity());
    var _ = ServerRig.write(dir, "policy: [{pattern: \"*:*\", verify: false}]\n");
  }

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private static Path location(Class<?> of) throws Exception {
    return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** As this test got it, by whichever runner. */
  private static Stream<String> classPath() {
    return Main.class.getClassLoader() instanceof URLClassLoader loader
        ? Stream.of(loader.getURLs()).map(URL::getPath)
        : Stream.of(
            System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path", ""))
                .split(":", -1));
  }

  private static Manifest manifest() {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    return manifest;
  }

  private static void jar(Path file, Manifest manifest, Path classes) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest);
        Stream<Path> all = Files.walk(classes)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        String name = classes.relativize(each).toString();
        if (!name.equals("META-INF/MANIFEST.MF")) {
          jar.putNextEntry(new ZipEntry(name));
          Files.copy(each, jar);
          jar.closeEntry();
        }
      }
    }
  }

  /** As the build does. */
  private void list() throws Exception {
    TreeMap<String, String> sums = new TreeMap<>();
    try (Stream<Path> top = Files.list(home);
        Stream<Path> lib = Files.list(home.resolve("lib"))) {
      for (Path file : Stream.concat(top, lib).filter(Files::isRegularFile).toList()) {
        byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        sums.put(home.relativize(file).toString(), HexFormat.of().formatHex(sum));
      }
    }
    StringBuilder text = new StringBuilder();
    sums.forEach((name, sum) -> text.append(sum).append("  ").append(name).append('\n'));
    Files.writeString(home.resolve(CodeIntegrity.LIST), text);
  }

  private void serve(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                "sh",
                home.resolve("assayer").toString(),
                "serve",
                "--config",
                dir.resolve("assayer.yaml").toString())
            .redirectOutput(dir.resolve("out").toFile())
            .redirectError(dir.resolve("err").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(environment);
    process = builder.start();
    Await.until("served", () -> !process.isAlive() || ADMIN.matcher(log()).find());
    assertThat(process.isAlive()).as(log()).isTrue();
  }

  private String log() {
    try {
      return Files.readString(dir.resolve("out")) + Files.readString(dir.resolve("err"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitMismatches(int count) {
    Matcher admin = ADMIN.matcher(log());
    assertThat(admin.find()).isTrue();
    URI at = URI.create(admin.group(1));
    String condition = "assayer_readiness_condition{condition=\"integrity\"} ";
    Await.until(
        "looked at: " + log(),
        () -> {
          String metrics = ServerRig.page(at, "/metrics").body();
          return metrics.contains("assayer_self_integrity_mismatch " + count + ".0")
              && metrics.contains(condition + (count == 0 ? "1.0" : "0.0"))
              && ServerRig.page(at, "/health/ready").body().contains("assayer.sha256 is ");
        });
  }

  @Test
  void whatWasBuiltHasNoMismatch() throws IOException {
    serve(Map.of());
    awaitMismatches(0);
    assertThat(log()).doesNotContain("after the build");
  }

  @Test
  @DisplayName("OPS-16: a class that was replaced in the jar is found by the running process")
  void replacedClass() throws Exception {
    Path changed = home.resolve("changed");
    Manifest manifest = manifest();
    try (JarFile was = new JarFile(home.resolve("assayer.jar").toFile())) {
      manifest.getMainAttributes().putAll(was.getManifest().getMainAttributes());
    }
    manifest.getMainAttributes().putValue("Changed", "yes");
    jar(changed, manifest, location(Main.class));
    Files.move(changed, home.resolve("assayer.jar"), StandardCopyOption.REPLACE_EXISTING);
    serve(Map.of());
    awaitMismatches(1);
    assertThat(log()).contains("own code: assayer.jar was changed after the build");
  }

  @Test
  @DisplayName("OPS-16: -javaagent in JAVA_TOOL_OPTIONS is found by the process that it got into")
  void agentByTheEnvironment() throws Exception {
    Path agent = dir.resolve("agent.jar");
    Manifest manifest = manifest();
    manifest.getMainAttributes().putValue("Premain-Class", Agent.class.getName());
    String file = Agent.class.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(agent);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      jar.putNextEntry(new ZipEntry(file));
      Files.copy(location(Agent.class).resolve(file), jar);
      jar.closeEntry();
    }
    serve(Map.of("JAVA_TOOL_OPTIONS", "-javaagent:" + agent));
    awaitMismatches(2);
    assertThat(log())
        .contains("JAVA_TOOL_OPTIONS gives options to the JVM")
        .contains("the JVM was started with -javaagent");
  }

  @Test
  @DisplayName("OPS-16: nobody attaches to the process")
  void attach() throws Exception {
    serve(Map.of());
    Process attaching =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "VM.version")
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("jcmd").toFile())
            .start();
    assertThat(attaching.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(attaching.exitValue()).isNotZero();
    assertThat(process.isAlive()).isTrue();
    assertThat(List.of(log())).noneMatch(text -> text.contains("Full thread dump"));
  }
}
