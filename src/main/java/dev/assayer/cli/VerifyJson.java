package dev.assayer.cli;

import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.Signer;
import dev.assayer.decision.Stage;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonNumber;
import dev.assayer.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What {@code verify -o json} prints of one image. All members are always there. */
final class VerifyJson {
  private VerifyJson() {}

  static JsonObject of(ImageDecision decision) {
    return JsonObject.builder()
        .put("image", decision.requested())
        .put("normalised", text(decision.normalised()))
        .put("verdict", decision.verdict().code())
        .put("reason", decision.reason().code())
        .put("detail", decision.detail())
        .put("digest", text(decision.digest()))
        .put("pinned", text(Pinned.text(decision)))
        .put("rule", decision.rule().<Json>map(VerifyJson::rule).orElse(JsonNull.NULL))
        .put("validators", array(decision.validators(), VerifyJson::validator))
        .put("signers", array(decision.signers(), VerifyJson::signer))
        .put("trust", decision.trust().<Json>map(VerifyJson::trust).orElse(JsonNull.NULL))
        .put("stages", array(decision.stages(), VerifyJson::stage))
        .put("warnings", decision.warnings())
        .put("mode", decision.mode().code())
        .build();
  }

  private static Json rule(RuleRef rule) {
    return JsonObject.builder()
        .put("index", rule.index())
        .put("pattern", rule.pattern())
        .put("wonOver", rule.wonOver())
        .build();
  }

  private static Json validator(ValidatorRef validator) {
    return JsonObject.builder()
        .put("name", validator.name())
        .put("type", validator.type())
        .put("upstream", validator.upstream())
        .build();
  }

  private static Json signer(Signer signer) {
    return JsonObject.builder()
        .put("role", signer.role())
        .put("keyId", signer.keyId())
        .put("algorithm", signer.algorithm())
        .put("firstSeen", signer.firstSeen())
        .build();
  }

  private static Json trust(TrustFacts trust) {
    return JsonObject.builder()
        .put("rootKeys", trust.rootKeys())
        .put("chain", array(trust.chain(), VerifyJson::role))
        .put("freshness", trust.freshness())
        .put("ageMs", trust.age().map(VerifyJson::millis).orElse(JsonNull.NULL))
        .put("firstUse", trust.firstUse())
        .build();
  }

  private static Json role(RoleTrust role) {
    return JsonObject.builder()
        .put("role", role.role())
        .put("version", role.version())
        .put("expires", role.expires().toString())
        .put("threshold", role.threshold())
        .put("signedBy", role.signedBy())
        .put("sha256", role.sha256())
        .build();
  }

  private static Json stage(Stage stage) {
    return JsonObject.builder()
        .put("name", stage.name())
        .put("dependency", text(stage.dependency()))
        .put("startMs", millis(stage.start()))
        .put("durationMs", millis(stage.duration()))
        .put("open", stage.open())
        .put("note", text(stage.note()))
        .build();
  }

  private static <T> JsonArray array(List<T> values, Function<T, Json> form) {
    return new JsonArray(values.stream().map(form).toList());
  }

  private static Json text(Optional<String> text) {
    return text.<Json>map(Json::of).orElse(JsonNull.NULL);
  }

  /** Milliseconds to the microsecond. */
  private static Json millis(Duration duration) {
    return new JsonNumber(BigDecimal.valueOf(duration.toNanos() / 1000, 3).toPlainString());
  }
}
