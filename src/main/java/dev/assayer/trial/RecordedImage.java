package dev.assayer.trial;

import dev.assayer.audit.AuditJson;
import dev.assayer.decision.Reason;
import dev.assayer.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a record says of one image, as a replay needs it. */
record RecordedImage(JsonObject image) {

  String requested() {
    return AuditJson.text(image, "requested");
  }

  /** The image for people. */
  String name() {
    String normalised = AuditJson.text(image, "normalised");
    return normalised.isEmpty() ? requested() : normalised;
  }

  /** Empty for a reason that a newer version wrote. */
  Optional<Reason> reason() {
    try {
      return Optional.of(Reason.valueOf(AuditJson.text(image, "reason").toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException newer) {
      return Optional.empty();
    }
  }

  String detail() {
    return AuditJson.text(image, "detail");
  }

  String digest() {
    return AuditJson.text(image, "digest");
  }

  /** Empty where no rule was selected, or by a version that did not record it. */
  String demand() {
    return AuditJson.text(image, "rule", "demand");
  }

  boolean hasRule() {
    return AuditJson.at(image, "rule").flatMap(rule -> rule.asObject()).isPresent();
  }

  /** Whom the validators asked, in their order. */
  List<String> via() {
    return AuditJson.texts(image, "rule", "via");
  }

  /** The names of its validators. */
  List<String> validators() {
    return AuditJson.objects(image, "validators").stream()
        .map(one -> AuditJson.text(one, "name"))
        .toList();
  }

  /** Whether a signature was proven, also where the final object was not pinned to it. */
  boolean isProven() {
    return !digest().isEmpty()
        && reason()
            .filter(known -> known == Reason.SIGNATURE_VALID || known == Reason.NOT_PINNED)
            .isPresent();
  }

  /** The roles that signed the digest. */
  Set<String> roles() {
    Set<String> roles = new TreeSet<>();
    AuditJson.objects(image, "signers").forEach(one -> roles.add(AuditJson.text(one, "role")));
    return roles;
  }

  List<String> rootKeys() {
    return AuditJson.texts(image, "trust", "root_keys");
  }

  /** A role that has too few keys left without these; empty if all have enough. */
  Optional<String> roleWithout(Set<String> keyIds) {
    for (JsonObject role : AuditJson.objects(image, "trust", "chain")) {
      Set<String> left = new HashSet<>(AuditJson.texts(role, "signed_by"));
      if (left.removeAll(keyIds) && left.size() < AuditJson.number(role, "threshold")) {
        return Optional.of(AuditJson.text(role, "role"));
      }
    }
    return Optional.empty();
  }

  /** Whether one of these keys signed something that the verdict rests on. */
  boolean restsOn(Set<String> keyIds) {
    return AuditJson.objects(image, "signers").stream()
            .anyMatch(one -> keyIds.contains(AuditJson.text(one, "key_id")))
        || AuditJson.objects(image, "trust", "chain").stream()
            .flatMap(role -> AuditJson.texts(role, "signed_by").stream())
            .anyMatch(keyIds::contains);
  }
}
