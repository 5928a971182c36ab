package dev.assayer.trial;

import dev.assayer.config.Config;
import dev.assayer.decision.Reason;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.Signer;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.image.Digest;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A validator that answers by what is signed in a small world; revoked keys count for nothing.
 *
 * @param approve the answer if it is a static one
 */
record ReplayWorld(String name, String type, String host, boolean approve, Config config)
    implements Validator {
  static final String DIGEST = "sha256:" + "ab".repeat(32);
  static final String KEY = "aa".repeat(32);

  /** What Notary {@code one.example} has signed, by the first part of a repository's path. */
  private static final Map<String, Set<String>> WORLD =
      Map.of(
          "plain", Set.of("targets"),
          "ab", Set.of("targets/a", "targets/b"),
          "a", Set.of("targets/a"),
          "none", Set.of());

  @Override
  public ValidatorRef ref() {
    return new ValidatorRef(name, type, host);
  }

  @Override
  public ValidationResult validate(ValidationRequest request, StageLog stages, Deadline deadline) {
    if (type.equals("static")) {
      return approve
          ? new ValidationResult.Approved("approved")
          : new ValidationResult.Refused(Reason.DENIED_BY_POLICY, "denied");
    }
    String path = request.image().repository().replaceFirst("^[^/]*/", "").replaceFirst("/.*", "");
    if (path.equals("down")) {
      return new ValidationResult.Refused(Reason.UPSTREAM_UNREACHABLE, "down");
    }
    Set<String> signed = host.equals("one.example") ? WORLD.get(path) : WORLD.get("plain");
    if (signed == null) {
      return new ValidationResult.Refused(Reason.NO_TRUST_DATA, "404");
    }
    Set<String> wanted = new TreeSet<>();
    request.delegations().forEach(role -> wanted.add("targets/" + role));
    if (wanted.isEmpty()) {
      wanted.add("targets");
    }
    Set<String> met = new TreeSet<>(wanted);
    met.retainAll(signed);
    int needed = request.threshold().orElse(wanted.size());
    if (met.size() < needed) {
      return new ValidationResult.Refused(
          wanted.contains("targets") ? Reason.TAG_NOT_SIGNED : Reason.DELEGATION_MISSING, "no");
    }
    if (config.revoked().keyIds().contains(KEY)) {
      return new ValidationResult.Refused(Reason.KEY_NOT_TRUSTED, "key aa is revoked here");
    }
    RoleTrust role =
        new RoleTrust("root", 1, Instant.parse("2030-01-01T00:00:00Z"), 1, List.of(KEY), "00");
    return new ValidationResult.Trusted(
        Digest.parse(DIGEST).orElseThrow(),
        met.stream().map(one -> new Signer(one, KEY, "ecdsa", false)).toList(),
        new TrustFacts(request.trustRoots(), List.of(role), "fresh", Optional.empty(), false),
        List.of());
  }

  @Override
  public void close() {}
}
