package dev.assayer.cli;

import dev.assayer.audit.Damage;
import dev.assayer.audit.LogKeys;
import dev.assayer.audit.LogName;
import dev.assayer.audit.LogVerifier;
import dev.assayer.audit.Tombstone;
import dev.assayer.audit.VerifyRequest;
import dev.assayer.audit.VerifyResult;
import dev.assayer.audit.WitnessKey;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assayer audit verify}. */
@Command(
    name = "verify",
    header = "Verify a log: every entry, every tile, the signature.",
    description = {
      "Verifies an audit log offline: the signature of its checkpoint, each entry against its tile,"
          + " each tile against the one above, the whole against the signed root, records that are"
          + " kept as files, and the journal behind the checkpoint. A log may be written meanwhile.",
      "If something is not as it was written, the first bad entry or tile comes first, with what was"
          + " done to it: missing, cut, altered, moved, inserted, forged, rolled back.",
      "",
      "With -o json, one object: {\"verified\",\"origin\",\"size\",\"root\",\"key\",\"unsigned\","
          + "\"torn_bytes\",\"first\",\"witnesses\":[{\"name\",\"size\",\"time\"}]}, or {\"verified\":false,\"damages\":[{\"place\",\"kind\",\"what\"}]}."
    },
    exitCodeList = {
      "0:the log is as it was written",
      "1:it is not",
      "2:there is no log or no key, or the command line is wrong"
    },
    footer = {
      "",
      "Examples:",
      "  assayer audit verify /var/lib/assayer/audit --key audit.pub",
      "  assayer audit verify DIR --key audit.pub --against checkpoints.json -o json"
    })
final class AuditVerifyCommand implements Callable<Integer> {
  private static final long STEPS = 200;

  private final Session session;
  private final GlobalOptions options;

  @Parameters(paramLabel = "DIR", description = "The folder of the log.")
  private Path directory = Path.of("");

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "A key that may have signed: Ed25519 as PEM, or one line name+id+key. May be repeated."
              + " Default: audit.keyFile of the configuration; else key.pub beside the log.")
  private List<Path> keys = new ArrayList<>();

  @Option(
      names = "--origin",
      paramLabel = "NAME",
      description =
          "The name that the log must have, such as assayer/prod/assayer-0. Default: any.")
  private Optional<String> origin = Optional.empty();

  @Option(
      names = {"--against", "--checkpoint"},
      paramLabel = "FILE",
      description =
          "Checkpoints of this log that were kept elsewhere, as files or as the ConfigMap in JSON"
              + " (kubectl get configmap RELEASE-checkpoints -o json): the log must go on from each."
              + " May be repeated.")
  private List<Path> earlier = new ArrayList<>();

  @Option(
      names = "--witness",
      paramLabel = "KEY",
      description =
          "The key of a witness, name+id+key: one of the checkpoints (checkpoint.cosigned, or those of"
              + " --against) must be signed by it. May be repeated.")
  private List<String> witnesses = new ArrayList<>();

  AuditVerifyCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    List<LogKeys.Found> trusted = AuditArguments.keys(keys, directory, options, session);
    List<WitnessKey> witnessKeys =
        witnesses.stream()
            .map(text ->
                WitnessKey.of(text)
                    .orElseThrow(() ->
                        Failure.usage(
                            "--witness "
                                + Screen.line(text)
                                + " is not the key of a witness, name+id+key")))
            .toList();
    VerifyResult result;
    try (Steps steps = new Steps(session)) {
      result =
          LogVerifier.verify(
              new VerifyRequest(directory, trusted, origin, earlier, witnessKeys, steps::at));
    }
    return switch (result) {
      case VerifyResult.Sound sound -> {
        session.line(options.json() ? json(sound) : text(sound));
        yield ExitCode.FINE;
      }
      case VerifyResult.Damaged(List<Damage> damages) -> {
        if (options.json()) {
          session.line(json(damages));
        } else {
          session.line("NOT VERIFIED: the log is not as it was written");
          damages.forEach(damage -> session.line("  " + Screen.line(damage.text())));
        }
        yield ExitCode.DENIED;
      }
      case VerifyResult.Unreadable(String why) -> throw Failure.usage(Screen.line(why));
    };
  }

  private static String text(VerifyResult.Sound sound) {
    StringBuilder text = new StringBuilder();
    text.append("verified: ")
        .append(sound.head().size())
        .append(" entries of ")
        .append(Screen.line(sound.head().origin()))
        .append("\n  root ")
        .append(sound.head().root())
        .append("\n  signed by ")
        .append(Screen.line(sound.key().text()));
    LogName.before(sound.head().origin())
        .ifPresent(before ->
            text.append("\n  it is not the first: ask what became of ")
                .append(Screen.line(before)));
    sound
        .removed()
        .ifPresent(removed ->
            text.append("\n  the entries before ")
                .append(removed.first())
                .append(" were removed by retention (")
                .append(removed.reason().code())
                .append(") at ")
                .append(removed.time()));
    if (!sound.lost().isEmpty()) {
      text.append("\n  of those these were missing or altered before: ")
          .append(Screen.line(String.join(", ", sound.lost())));
    }
    for (VerifyResult.Cosigned one : sound.cosigned()) {
      text.append("\n  cosigned by ")
          .append(Screen.line(one.witness()))
          .append(" at size ")
          .append(one.size())
          .append(" on ")
          .append(one.time());
    }
    if (sound.unsigned() > 0) {
      text.append("\n  and ")
          .append(sound.unsigned())
          .append(" in the journal, which no checkpoint covers yet");
    }
    if (sound.torn() > 0) {
      text.append("\n  a crash cut off a write of ").append(sound.torn()).append(" bytes");
    }
    return text.toString();
  }

  private static String json(VerifyResult.Sound sound) {
    return JsonText.compact(
        JsonObject.builder()
            .put("verified", true)
            .put("origin", sound.head().origin())
            .put("size", sound.head().size())
            .put("root", sound.head().root().base64())
            .put("key", sound.key().text())
            .put("unsigned", sound.unsigned())
            .put("torn_bytes", sound.torn())
            .put("lost", JsonArray.ofStrings(sound.lost()))
            .put("first", sound.removed().map(Tombstone::first).orElse(0L))
            .put(
                "witnesses",
                objects(
                    sound.cosigned(),
                    one ->
                        JsonObject.builder()
                            .put("name", one.witness())
                            .put("size", one.size())
                            .put("time", one.time().toString())
                            .build()))
            .build());
  }

  private static String json(List<Damage> damages) {
    return JsonText.compact(
        JsonObject.builder()
            .put("verified", false)
            .put(
                "damages",
                objects(
                    damages,
                    damage ->
                        JsonObject.builder()
                            .put("place", damage.place())
                            .put("kind", damage.kind().code())
                            .put("what", damage.what())
                            .build()))
            .build());
  }

  private static <T> JsonArray objects(List<T> all, Function<T, Json> json) {
    return new JsonArray(all.stream().map(json).toList());
  }

  /** A bar of entries on stderr. */
  private static final class Steps implements AutoCloseable {
    private final Progress bar;
    private long drawn;

    Steps(Session session) {
      bar = new Progress(session, (int) STEPS);
    }

    void at(long done, long all) {
      for (long step = done * STEPS / Math.max(1, all); drawn < step; drawn++) {
        bar.step();
      }
    }

    @Override
    public void close() {
      bar.close();
    }
  }
}
