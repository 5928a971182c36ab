package dev.assayer.testing;

import dev.assayer.json.JsonText;
import dev.assayer.testing.NotaryRecording.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Runs every scenario on the real Notary once and writes what it served. Arguments: the directory
 * of the recordings, and {@code expectations} to rewrite only what is expected of the recordings
 * that are there.
 */
public final class NotaryRecorder {
  private NotaryRecorder() {}

  /** Records; see the README beside the recordings. */
  public static void main(String[] arguments) throws IOException {
    Path recordings = Path.of(arguments[0]);
    if (arguments.length > 1 && arguments[1].equals("expectations")) {
      for (NotaryScenario scenario : NotaryScenarios.all()) {
        byte[] index = Files.readAllBytes(recordings.resolve(scenario.name() + "/index.json"));
        write(recordings, RecordingIndex.read(TrustFiles.object(index)).expecting(scenario));
      }
      return;
    }
    Path work = Files.createTempDirectory("notary-recorder");
    try (RealNotary notary = RealNotary.start(work)) {
      for (NotaryScenario scenario : NotaryScenarios.all()) {
        deleteTree(recordings.resolve(scenario.name()));
        write(recordings, record(notary, scenario, recordings.resolve(scenario.name())));
      }
    } finally {
      deleteTree(work);
    }
  }

  /** Runs one scenario and stores each file under {@code directory} by its hash-addressed name. */
  static NotaryRecording record(RealNotary notary, NotaryScenario scenario, Path directory) {
    List<Step> steps = new ArrayList<>();
    ScenarioRun.run(
        notary, scenario, (name, served) -> steps.add(recordStep(name, served, directory)));
    return new NotaryRecording(
        scenario.name(),
        scenario.about(),
        scenario.gun(),
        SignerKeys.strangerPem(),
        steps,
        scenario.expectations(),
        scenario.courses());
  }

  private static Step recordStep(String name, ServedTrustData served, Path directory) {
    Map<String, String> stored = new TreeMap<>();
    Optional<byte[]> root = served.file("root.json");
    root.ifPresent(current -> {
      stored.put("root.json", store(directory, "root", current));
      for (long version = 1; version <= TrustFiles.version(current); version++) {
        String file = version + ".root.json";
        stored.put(file, store(directory, "root", served.required(file)));
      }
      stored.put(
          "timestamp.json", store(directory, "timestamp", served.required("timestamp.json")));
      byte[] snapshot = served.required("snapshot.json");
      stored.put("snapshot.json", store(directory, "snapshot", snapshot));
      for (String role : new TreeSet<>(TrustFiles.listedSha256(snapshot).keySet())) {
        if (!role.equals("root")) {
          served
              .file(role + ".json")
              .ifPresent(file -> stored.put(role + ".json", store(directory, role, file)));
        }
      }
    });
    return new Step(
        name,
        Instant.now().truncatedTo(ChronoUnit.MILLIS),
        root.map(TrustFiles::rootPublicKeyPem),
        stored);
  }

  private static String store(Path directory, String role, byte[] file) {
    String name = role + "." + TrustFiles.sha256(file) + ".json";
    try {
      Path target = directory.resolve(name);
      Files.createDirectories(target.getParent());
      Files.write(target, file);
      return name;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path recordings, NotaryRecording recording) throws IOException {
    Path index = recordings.resolve(recording.name()).resolve("index.json");
    Files.createDirectories(index.getParent());
    String text = JsonText.pretty(RecordingIndex.write(recording)) + "\n";
    Files.writeString(index, text, StandardCharsets.UTF_8);
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
