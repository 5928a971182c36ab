package dev.assayer.cli;

import dev.assayer.audit.DecisionRecord;
import dev.assayer.decision.ImageDecision;
import dev.assayer.json.Json;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import java.util.Optional;

/**
 * What {@code verify -o json} prints of one image. All members are always there; those that a
 * decision record has too look as they do there.
 */
final class VerifyJson {
  private VerifyJson() {}

  static JsonObject of(ImageDecision decision) {
    JsonObject entry = DecisionRecord.image(decision);
    return JsonObject.builder()
        .put("image", decision.requested())
        .put("normalised", text(decision.normalised()))
        .put("verdict", decision.verdict().code())
        .put("reason", decision.reason().code())
        .put("detail", decision.detail())
        .put("digest", text(decision.digest()))
        .put("pinned", text(Pinned.text(decision)))
        .put("rule", member(entry, "rule"))
        .put("validators", member(entry, "validators"))
        .put("signers", member(entry, "signers"))
        .put("trust", member(entry, "trust"))
        .put("stages", member(entry, "stages"))
        .put("warnings", decision.warnings())
        .put("mode", decision.mode().code())
        .build();
  }

  private static Json member(JsonObject entry, String name) {
    return entry.get(name).orElseThrow();
  }

  private static Json text(Optional<String> text) {
    return text.map(Json::of).orElse(JsonNull.NULL);
  }
}
