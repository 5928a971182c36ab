package dev.assayer.cli;

import dev.assayer.audit.AuditJson;
import dev.assayer.audit.LogRecords;
import dev.assayer.config.Config;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.trial.Flip;
import dev.assayer.trial.Replay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assayer audit replay}. */
@Command(
    name = "replay",
    header = "Decide recorded decisions again under another configuration, and list what flips.",
    description = {
      "Decides each record again as if the configuration given with --config had been in force:"
          + " which rule applies, what it asks for, modes, namespaces, revoked digests and keys."
          + " Where a rule asks for the same as before, the recorded finding stands, outages too;"
          + " where it asks for less, the recorded signers may do. Nothing is fetched.",
      "",
      "Kinds: admit_to_deny, deny_to_admit; would_deny and would_admit (allowed before and after,"
          + " by a mode that only observes); unknown (the new rule asks for what the record does"
          + " not hold, such as another server, trust root or signer).",
      "",
      "With -o json, one object a line for each flip: {\"kind\",\"index\",\"time\",\"record_id\","
          + "\"namespace\",\"object\",\"image\",\"was\",\"becomes\",\"why\"}, and at the end"
          + " {\"decisions\",\"flips\":{kind: number}}."
    },
    exitCodeList = {
      "0:nothing flips",
      "1:something flips or is unknown; or the log is damaged",
      "2:there is no log, or the configuration or the command line is wrong"
    },
    footer = {
      "",
      "Examples:",
      "  assayer audit replay /var/lib/assayer/audit --config new.yaml",
      "  assayer audit replay DIR --config new.yaml --since 2026-03-01 --junit replay.xml"
    })
final class AuditReplayCommand implements Callable<Integer> {
  /** Groups are shown with as many records. */
  private static final int EXAMPLES = 20;

  private final Session session;
  private final GlobalOptions options;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..*",
      description = "Folders of logs. Default: audit.directory of the configuration.")
  private List<Path> named = new ArrayList<>();

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "The same as an option, as other commands have it.")
  private List<Path> directories = new ArrayList<>();

  @Mixin private PeriodArguments period = new PeriodArguments();

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description =
          "Write the result as JUnit XML too: a test case for each namespace, image and finding.")
  private Optional<Path> junit = Optional.empty();

  AuditReplayCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  /** Decisions that are alike and flip alike, or stay. */
  private static final class Alike {
    private final Optional<Flip> flip;
    private final List<String> records = new ArrayList<>();
    private long count;

    Alike(Optional<Flip> flip) {
      this.flip = flip;
    }

    void add(String recordId) {
      count++;
      if (records.size() < EXAMPLES) {
        records.add(recordId);
      }
    }
  }

  @Override
  public Integer call() {
    Instant started = Instant.now();
    Config config = Configurations.load(options, session);
    List<Path> folders = new ArrayList<>(named);
    folders.addAll(directories);
    if (folders.isEmpty()) {
      folders.add(AuditArguments.directory(Optional.empty(), options, session));
    }
    Tally tally = new Tally(new Replay(config));
    for (Path folder : folders) {
      read(folder, tally);
    }
    report(tally);
    junit.ifPresent(file -> write(file, tally, folders, started));
    return tally.kinds.isEmpty() ? ExitCode.FINE : ExitCode.DENIED;
  }

  private void read(Path folder, Tally tally) {
    AuditFilter times = AuditFilter.ofTimes(period.since(), period.until());
    try {
      LogRecords.of(folder)
          .orElseThrow(() -> Failure.usage("there is no audit log in " + folder))
          .forEach(found -> {
            if (times.fits(found)) {
              tally.add(found);
            }
            return true;
          });
    } catch (IOException damaged) {
      throw AuditArguments.damaged(damaged);
    }
  }

  /** Counts, and tells flips one by one where JSON is asked for. */
  private final class Tally {
    private final Replay replay;
    private final Map<String, Alike> groups = new TreeMap<>();
    private final Map<Flip.Kind, Long> kinds = new EnumMap<>(Flip.Kind.class);
    private long decisions;

    Tally(Replay replay) {
      this.replay = replay;
    }

    void add(LogRecords.Found found) {
      decisions++;
      Optional<Flip> flip = replay.of(found);
      flip.ifPresent(one -> kinds.merge(one.kind(), 1L, Long::sum));
      if (options.json()) {
        flip.ifPresent(one -> session.line(JsonText.compact(json(one))));
      }
      groups
          .computeIfAbsent(name(found.record(), flip), _ -> new Alike(flip))
          .add(AuditJson.text(found.record(), "record_id"));
    }

    private String name(JsonObject record, Optional<Flip> flip) {
      String image =
          flip.map(Flip::image)
              .filter(text -> !text.isEmpty())
              .orElseGet(() ->
                  AuditJson.objects(record, "images").stream()
                      .map(one -> AuditJson.text(one, "requested"))
                      .findFirst()
                      .orElse("-"));
      String namespace = AuditJson.text(record, "request", "namespace");
      String was = AuditJson.text(record, "outcome") + " " + AuditJson.text(record, "reason");
      return (namespace.isEmpty() ? "-" : namespace)
          + " "
          + image
          + ": "
          + was
          + flip.map(one -> " -> " + one.becomes() + " [" + one.kind().code() + "] " + one.why())
              .orElse("");
    }
  }

  private void report(Tally tally) {
    if (options.json()) {
      JsonObject.Builder flips = JsonObject.builder();
      tally.kinds.forEach((kind, count) -> flips.put(kind.code(), count));
      session.line(
          JsonText.compact(
              JsonObject.builder()
                  .put("decisions", tally.decisions)
                  .put("flips", flips.build())
                  .build()));
      return;
    }
    session.line(tally.decisions + " decisions replayed");
    Map<Flip.Kind, List<String>> lines = new EnumMap<>(Flip.Kind.class);
    tally.groups.forEach((name, alike) ->
        alike.flip.ifPresent(flip -> {
          List<String> of = lines.computeIfAbsent(flip.kind(), _ -> new ArrayList<>());
          of.add("  " + alike.count + " x " + name);
          alike.records.forEach(id -> of.add("      " + id));
          if (alike.count > alike.records.size()) {
            of.add("      and " + (alike.count - alike.records.size()) + " more");
          }
        }));
    lines.forEach((kind, of) -> {
      session.line(kind.code() + ": " + tally.kinds.get(kind));
      of.forEach(line -> session.line(Screen.line(line)));
    });
    if (lines.isEmpty()) {
      session.line("nothing flips");
    }
  }

  private static void write(Path file, Tally tally, List<Path> folders, Instant started) {
    List<JunitReport.Case> cases = new ArrayList<>();
    tally.groups.forEach((name, alike) ->
        cases.add(
            new JunitReport.Case(
                name + " x" + alike.count,
                Duration.ZERO,
                alike.flip.map(flip ->
                    new JunitReport.Failed(
                        flip.kind().code() + ": " + flip.was() + " -> " + flip.becomes(),
                        alike.records.stream().map(Screen::line).toList())))));
    String name = String.join(" ", folders.stream().map(Path::toString).toList());
    byte[] report =
        JunitReport.report(List.of(new JunitReport.Suite(name, "replay", cases)), started);
    try {
      Files.write(file, report);
    } catch (IOException failed) {
      throw Failure.usage("cannot write " + file + ": " + failed.getMessage());
    }
  }

  private static JsonObject json(Flip flip) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("time", flip.time());
    texts.put("record_id", flip.recordId());
    texts.put("namespace", flip.namespace());
    texts.put("object", flip.object());
    texts.put("image", flip.image());
    texts.put("was", flip.was());
    texts.put("becomes", flip.becomes());
    texts.put("why", flip.why());
    JsonObject.Builder object =
        JsonObject.builder().put("kind", flip.kind().code()).put("index", flip.index());
    texts.forEach(object::put);
    return object.build();
  }
}
