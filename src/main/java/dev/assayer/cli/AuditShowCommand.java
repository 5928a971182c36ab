package dev.assayer.cli;

import dev.assayer.audit.Hash;
import dev.assayer.audit.InclusionProof;
import dev.assayer.audit.LogKeys;
import dev.assayer.audit.LogRecords;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code assayer audit show}. */
@Command(
    name = "show",
    header = "Show one decision, with the proof that it is in the log.",
    description = {
      "Finds a decision by its record id (a denial names it, and so do the audit annotations in the"
          + " cluster's own log), shows its record, and proves with hashes of the log that the signed"
          + " checkpoint covers it.",
      "",
      "With -o json, one object: {\"index\",\"withdrawn\",\"record\",\"proof\":{\"origin\",\"size\","
          + "\"root\",\"key\",\"leaf_hash\",\"path\"}}; without a proof, \"unproven\" says why."
    },
    exitCodeList = {
      "0:the decision is in the log, and proven",
      "1:it is not proven: the log was damaged, or no checkpoint covers it yet",
      "2:there is no such decision, no log or no key, or the command line is wrong"
    },
    footer = {
      "",
      "Examples:",
      "  assayer audit show 0193a1b2-… --directory /var/lib/assayer/audit --key audit.pub",
      "  assayer audit show 0193a1b2-… -o json --config assayer.yaml"
    })
final class AuditShowCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Parameters(paramLabel = "ID", description = "The record id.")
  private String id = "";

  @Mixin private LogArguments log = new LogArguments();

  @Mixin private KeyArguments keys = new KeyArguments();

  AuditShowCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    Path directory = log.directory(options, session);
    List<LogKeys.Found> trusted = AuditArguments.keys(keys.files(), directory, options, session);
    LogRecords.Found found = find(directory);
    InclusionProof.Result result = InclusionProof.of(directory, found.index(), trusted);
    if (options.json()) {
      session.line(json(found, result));
    } else {
      text(found, result);
    }
    return result instanceof InclusionProof.Result.Proven ? ExitCode.FINE : ExitCode.DENIED;
  }

  private LogRecords.Found find(Path directory) {
    try {
      Optional<LogRecords> records = LogRecords.of(directory);
      if (records.isEmpty()) {
        throw Failure.usage("there is no audit log in " + directory);
      }
      return records
          .get()
          .find(id)
          .orElseThrow(() ->
              Failure.usage("no decision with the id " + Screen.line(id) + " is in " + directory));
    } catch (IOException damaged) {
      throw new Failure(
          ExitCode.DENIED,
          List.of("assayer: " + Screen.line(String.valueOf(damaged.getMessage()))));
    }
  }

  private void text(LogRecords.Found found, InclusionProof.Result result) {
    session.line("entry " + found.index());
    if (found.withdrawn()) {
      session.line("withdrawn: it was written too late, and the request was denied");
    }
    switch (result) {
      case InclusionProof.Result.Proven(InclusionProof proof) -> {
        session.line(
            "proven: it is under the checkpoint of size "
                + proof.head().size()
                + " of "
                + Screen.line(proof.head().origin()));
        session.line("  root " + proof.head().root());
        session.line("  signed by " + Screen.line(proof.key().text()));
        session.line("  leaf " + proof.leaf());
        proof.path().forEach(hash -> session.line("  path " + hash));
      }
      case InclusionProof.Result.Unproven(String why) ->
          session.line("NOT PROVEN: " + Screen.line(why));
    }
    session.line(JsonText.pretty(found.record()));
  }

  private static String json(LogRecords.Found found, InclusionProof.Result result) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("index", found.index())
            .put("withdrawn", found.withdrawn())
            .put("record", found.record());
    switch (result) {
      case InclusionProof.Result.Proven(InclusionProof proof) ->
          json.put(
              "proof",
              JsonObject.builder()
                  .put("origin", proof.head().origin())
                  .put("size", proof.head().size())
                  .put("root", proof.head().root().base64())
                  .put("key", proof.key().text())
                  .put("leaf_hash", proof.leaf().base64())
                  .put(
                      "path", JsonArray.ofStrings(proof.path().stream().map(Hash::base64).toList()))
                  .build());
      case InclusionProof.Result.Unproven(String why) -> json.put("unproven", why);
    }
    return JsonText.compact(json.build());
  }
}
