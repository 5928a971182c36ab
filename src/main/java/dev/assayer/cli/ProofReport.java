package dev.assayer.cli;

import dev.assayer.audit.InclusionProof;
import dev.assayer.audit.ProvenRecord;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.proof.Proof;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code audit prove} says.
 *
 * @param logRead whether the log was looked through for a later entry that takes the decision back;
 *     a file says of that only what its giver put in
 */
record ProofReport(String id, ProvenRecord found, Proof proof, boolean logRead) {
  private static final String NO_LATER =
      "that no later entry of the log takes the decision back: audit verify of the log shows that";

  private static final String NOT_EXCLUDED =
      "whoever made this file could leave one out; whether a later entry takes the decision back, so"
          + " that the request was denied, only audit prove or audit verify with the log shows";

  /** For people: the record is in no log that was given. */
  static String unproven(String why) {
    return "CONTRADICTED: the log does not prove the record: " + Screen.line(why);
  }

  /** The same for programs. */
  static String unproven(String id, String why) {
    return JsonText.compact(
        JsonObject.builder()
            .put("record_id", id)
            .put("result", word(Proof.Result.CONTRADICTED))
            .put("parts", part(new Proof.Part("log", Proof.Result.CONTRADICTED, why)))
            .build());
  }

  List<String> lines() {
    InclusionProof inclusion = found.proof();
    List<String> lines = new ArrayList<>();
    lines.add(headline() + ": decision " + Screen.line(id) + " was " + text("outcome") + reason());
    if (found.withdrawn()) {
      lines.add("  withdrawn: the log holds that too: written too late, so the request was denied");
    } else if (!logRead) {
      lines.add("  withdrawal: NOT EXCLUDED: " + NOT_EXCLUDED);
    }
    lines.add(
        "  log: proven: entry "
            + inclusion.index()
            + " of "
            + Screen.line(inclusion.head().origin())
            + ", under the checkpoint of size "
            + inclusion.head().size()
            + " signed by "
            + Screen.line(inclusion.key().text()));
    for (Proof.Part part : proof.parts()) {
      lines.add(
          "  "
              + Screen.line(part.what())
              + ": "
              + word(part.result()).replace('_', ' ')
              + ": "
              + Screen.line(part.why()));
    }
    lines.add("what no file proves:");
    assumed().forEach(sentence -> lines.add("  " + sentence));
    return lines;
  }

  private String headline() {
    return switch (proof.result()) {
      case PROVEN -> "proven";
      case NOT_PROVABLE -> "NOT PROVEN";
      case CONTRADICTED -> "CONTRADICTED";
    };
  }

  private String reason() {
    return " [" + text("reason") + "] on " + text("time");
  }

  private String text(String name) {
    return Screen.line(found.record().get(name).flatMap(Json::asString).orElse("-"));
  }

  private List<String> assumed() {
    List<String> all = new ArrayList<>(proof.assumed());
    if (!found.withdrawn()) {
      all.add(NO_LATER);
    }
    return all;
  }

  String json() {
    InclusionProof inclusion = found.proof();
    JsonObject.Builder report =
        JsonObject.builder()
            .put("record_id", id)
            .put("result", word(proof.result()))
            .put(
                "log",
                JsonObject.builder()
                    .put("origin", inclusion.head().origin())
                    .put("index", inclusion.index())
                    .put("size", inclusion.head().size())
                    .put("root", inclusion.head().root().base64())
                    .put("key", inclusion.key().text())
                    .build());
    if (found.withdrawn() || logRead) {
      report.put("withdrawn", found.withdrawn());
    }
    return JsonText.compact(
        report
            .put("withdrawal", withdrawal())
            .put("parts", part(proof.parts().toArray(Proof.Part[]::new)))
            .put("assumed", assumed())
            .build());
  }

  private String withdrawal() {
    return found.withdrawn() ? "found" : logRead ? "none_found" : "not_excluded";
  }

  private static JsonArray part(Proof.Part... parts) {
    Json[] values = new Json[parts.length];
    for (int i = 0; i < parts.length; i++) {
      values[i] =
          JsonObject.builder()
              .put("what", parts[i].what())
              .put("result", word(parts[i].result()))
              .put("why", parts[i].why())
              .build();
    }
    return JsonArray.of(values);
  }

  private static String word(Proof.Result result) {
    return result.name().toLowerCase(Locale.ROOT);
  }
}
