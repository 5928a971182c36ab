package dev.assayer.telemetry;

import dev.assayer.decision.Reason;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.Signer;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.Verification;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What verifications found: checks, keys, signers, attacks, and what was remembered. */
final class TrustMetrics {
  /** The keys of delegations, which are the repository's own and not configured. */
  private static final String DELEGATION = "_delegation";

  private static final String STATIC = "static";
  private static final String NOTARY = "notaryV1";

  /** Reasons that a review has before or after a validator is asked. */
  private static final Set<Reason> NEVER_A_VALIDATORS =
      Set.of(
          Reason.NO_MATCHING_RULE,
          Reason.NOT_PINNED,
          Reason.REFERENCE_INVALID,
          Reason.AUDIT_UNAVAILABLE,
          Reason.ALERT_UNDELIVERABLE);

  private final Family<Counter> verifications;
  private final Family<Timer> durations;
  private final Family<Counter> keyUses;
  private final Family<Counter> firstSeen;
  private final Family<Counter> attacks;
  private final Family<Timer> ages;
  private final Map<String, Counter> remembered;
  private final Map<String, Configured.Validator> validators = new ConcurrentHashMap<>();
  private final Map<String, Timer> byType = new ConcurrentHashMap<>();
  private final Set<String> upstreams = ConcurrentHashMap.newKeySet();

  TrustMetrics(Meters meters) {
    verifications = meters.counters(Catalogue.VERIFICATIONS);
    durations = meters.timers(Catalogue.VERIFICATION_DURATION);
    keyUses = meters.counters(Catalogue.SIGNING_KEY_USES);
    firstSeen = meters.counters(Catalogue.SIGNER_FIRST_SEEN);
    attacks = meters.counters(Catalogue.TUF_ATTACKS);
    ages = meters.timers(Catalogue.TUF_AGE);
    Family<Counter> state = meters.counters(Catalogue.STATE_REQUESTS);
    remembered = ClosedSeries.of(MetricLabels.REMEMBERED, state::of);
  }

  void verified(Verification found) {
    Configured.Validator validator = validators.get(found.validator().name());
    if (validator == null || !validator.type().equals(found.validator().type())) {
      return; // of a configuration that is no longer in force
    }
    verifications.of(labels(validator, found.reason())).increment();
    Timer duration = byType.get(validator.type());
    if (duration != null) {
      duration.record(found.took());
    }
    if (found.reason() == Reason.SIGNATURE_VALID) {
      keys(validator, found);
    }
    if (validator.type().equals(NOTARY)) {
      remember(found);
    }
  }

  private void keys(Configured.Validator validator, Verification found) {
    Stream<String> roots =
        found.trust().map(TrustFacts::rootKeys).orElse(List.of()).stream().distinct();
    roots
        .filter(validator.keys()::contains)
        .forEach(key -> keyUses.of(validator.name(), key).increment());
    if (found.signers().stream().anyMatch(signer -> signer.role().startsWith("targets/"))) {
      keyUses.of(validator.name(), DELEGATION).increment();
    }
    // What is remembered was counted when it was fetched.
    if (found.trust().flatMap(TrustFacts::age).isEmpty()) {
      long first = found.signers().stream().filter(Signer::firstSeen).count();
      firstSeen.of(validator.name()).increment((double) first);
    }
  }

  private void remember(Verification found) {
    String upstream = found.validator().upstream();
    if (!upstreams.contains(upstream)) {
      return;
    }
    TufAttack.of(found).ifPresent(attack -> attacks.of(upstream, attack.code()).increment());
    boolean hit = found.trust().flatMap(TrustFacts::age).isPresent();
    Counter result = remembered.get(hit ? "hit" : "miss");
    if (result != null) {
      result.increment();
    }
    found.trust().flatMap(TrustFacts::age).ifPresent(age -> ages.of(upstream).record(age));
  }

  void configured(Configured facts) {
    Map<String, Configured.Validator> wanted =
        facts.validators().stream()
            .collect(Collectors.toMap(Configured.Validator::name, one -> one, (one, _) -> one));
    Set<String> notaries =
        facts.upstreams().stream()
            .filter(upstream -> upstream.kind().equals("notary"))
            .map(Configured.Upstream::host)
            .collect(Collectors.toSet());
    validators.values().retainAll(wanted.values());
    upstreams.retainAll(notaries);
    verifications.removeIf(labels -> {
      Configured.Validator validator = wanted.get(labels.getFirst());
      return validator == null || !validator.type().equals(labels.get(1));
    });
    keyUses.removeIf(labels -> {
      Configured.Validator validator = wanted.get(labels.getFirst());
      return validator == null || !keys(validator).contains(labels.get(1));
    });
    firstSeen.removeIf(labels -> !wanted.containsKey(labels.getFirst()));
    attacks.removeIf(labels -> !notaries.contains(labels.getFirst()));
    ages.removeIf(labels -> !notaries.contains(labels.getFirst()));
    wanted.values().forEach(this::register);
    for (String upstream : notaries) {
      MetricLabels.ATTACK.values().forEach(attack -> attacks.of(upstream, attack));
      ages.of(upstream);
      upstreams.add(upstream);
    }
  }

  private void register(Configured.Validator validator) {
    for (Reason reason : Reason.values()) {
      if (mayGive(validator, reason)) {
        verifications.of(labels(validator, reason));
      }
    }
    byType.computeIfAbsent(validator.type(), type -> durations.of(type));
    if (!validator.type().equals(STATIC)) {
      keys(validator).forEach(key -> keyUses.of(validator.name(), key));
      firstSeen.of(validator.name());
    }
    validators.put(validator.name(), validator);
  }

  private static List<String> keys(Configured.Validator validator) {
    List<String> keys = new ArrayList<>(validator.keys());
    keys.add(DELEGATION);
    return keys;
  }

  private static boolean mayGive(Configured.Validator validator, Reason reason) {
    if (validator.type().equals(STATIC)) {
      return reason == Reason.POLICY_EXEMPT || reason == Reason.DENIED_BY_POLICY;
    }
    boolean admits = reason.verdict().admits();
    return reason == Reason.SIGNATURE_VALID || (!admits && !NEVER_A_VALIDATORS.contains(reason));
  }

  private static String[] labels(Configured.Validator validator, Reason reason) {
    return new String[] {validator.name(), validator.type(), result(reason), reason.code()};
  }

  /** Each reason has one result. */
  private static String result(Reason reason) {
    return switch (reason.verdict()) {
      case VERIFIED -> "valid";
      case EXEMPT, NOT_APPLICABLE -> "exempt";
      case ERROR, TIMEOUT -> "error";
      case REJECTED ->
          switch (reason) {
            case NO_TRUST_DATA, TAG_NOT_SIGNED, UNSIGNED -> "absent";
            default -> "invalid";
          };
    };
  }

  /** The role of a metric: delegations are one. */
  static String role(RoleTrust trust) {
    return switch (trust.role()) {
      case "root", "targets", "snapshot", "timestamp" -> trust.role();
      default -> "delegation";
    };
  }
}
