package dev.assayer.admission;

import dev.assayer.cluster.OwnerSource;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Signer;
import dev.assayer.decision.TrustFacts;
import dev.assayer.image.Digest;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.state.SharedFacts;
import dev.assayer.validation.ValidationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * A cluster as far as owners matter: objects that went through both webhooks are kept and can be
 * looked up, what is remembered of them can be looked at and forged, and tags can be signed again.
 */
final class FakeCluster implements OwnerSource, SharedFacts {
  static final String KEY = "ab".repeat(32);
  static final String ROOT_KEY = "cd".repeat(32);

  final Map<String, JsonObject> facts = new ConcurrentHashMap<>();
  final Map<String, Instant> ends = new ConcurrentHashMap<>();
  final Map<String, JsonObject> objects = new ConcurrentHashMap<>();
  final List<Claim> lookUps = new ArrayList<>();
  final List<Duration> patience = new ArrayList<>();
  private final Map<String, Digest> signed = new ConcurrentHashMap<>();
  private BiFunction<Claim, Duration, Optional<Found>> fault = (_, _) -> Optional.empty();
  final FakeValidator notary =
      new FakeValidator(
          "default",
          "notary.example",
          (request, _, _) ->
              Optional.ofNullable(signed.get(request.image().matchName()))
                  .<ValidationResult>map(FakeCluster::trusted)
                  .orElseGet(() ->
                      new ValidationResult.Refused(Reason.TAG_NOT_SIGNED, "nobody signed it")));

  private static ValidationResult trusted(Digest digest) {
    ValidationResult.Trusted one = (ValidationResult.Trusted) FakeValidator.trusted(digest);
    TrustFacts trust = one.trust();
    return new ValidationResult.Trusted(
        digest, List.of(new Signer("targets/lou", KEY, "ecdsa-p256", true)), trust, List.of());
  }

  /** Signs a tag, given in normal form, anew. */
  Digest sign(String name, String content) {
    Digest digest = FakeValidator.sha256(content);
    signed.put(name, digest);
    return digest;
  }

  /** A replica with this configuration. */
  AdmissionRig replica(String yaml) {
    return replica(yaml, environment -> environment);
  }

  AdmissionRig replica(String yaml, UnaryOperator<Environment> more) {
    return new AdmissionRig(
        yaml,
        environment ->
            more.apply(
                environment
                    .remembering(environment.state(), this)
                    .in(
                        new ClusterView(
                            (_, _) -> {
                              throw new IllegalStateException("no Secrets here");
                            },
                            this,
                            _ -> Optional.empty(),
                            _ -> List.of()))),
        notary);
  }

  /** Looks up so from now on, where this gives an answer. */
  void answering(BiFunction<Claim, Duration, Optional<Found>> instead) {
    fault = instead;
  }

  /** Changes what is remembered of an object, as whoever can write the store would. */
  void forge(String uid, String member, String value) {
    JsonObject before = facts.get(uid);
    JsonObject.Builder after = JsonObject.builder();
    before
        .entries()
        .forEach(entry ->
            after.put(
                entry.getKey(), entry.getKey().equals(member) ? Json.of(value) : entry.getValue()));
    facts.put(uid, after.build());
  }

  /** What came of a creation by the API server. */
  record Created(AdmissionRig.Outcome mutated, Optional<AdmissionRig.Outcome> validated) {
    boolean admitted() {
      return validated.filter(AdmissionRig.Outcome::allowed).isPresent();
    }

    AdmissionRig.Outcome last() {
      return validated.orElse(mutated);
    }

    /** The reasons of both reviews, of which the object's only image has one each. */
    List<Reason> reasons() {
      List<Reason> reasons = new ArrayList<>(mutated.reasons());
      validated.ifPresent(outcome -> reasons.addAll(outcome.reasons()));
      return reasons;
    }
  }

  /** As the API server creates an object: mutated, given a UID, validated, and kept. */
  Created create(AdmissionRig replica, Workload workload) {
    return create(replica, workload, after -> after);
  }

  /** The same with another webhook that mutates after ours. */
  Created create(AdmissionRig replica, Workload workload, UnaryOperator<String> mutator) {
    AdmissionRig.Outcome mutated = replica.review(workload.creation());
    if (!mutated.allowed()) {
      return new Created(mutated, Optional.empty());
    }
    String patched =
        mutator.apply(
            JsonPatch.apply(mutated.patch(), AdmissionRig.object(workload.json())).toString());
    AdmissionRig.Outcome validated =
        replica.review(workload.review("CREATE", patched, Optional.empty()), "validate");
    if (validated.allowed()) {
      objects.put(workload.uid(), AdmissionRig.object(patched));
    }
    return new Created(mutated, Optional.of(validated));
  }

  /** As the API server updates an object that it keeps. */
  Created update(AdmissionRig replica, Workload after) {
    String before = objects.get(after.uid()).toString();
    AdmissionRig.Outcome mutated =
        replica.review(after.review("UPDATE", after.json(), Optional.of(before)));
    if (!mutated.allowed()) {
      return new Created(mutated, Optional.empty());
    }
    String patched = JsonPatch.apply(mutated.patch(), AdmissionRig.object(after.json())).toString();
    AdmissionRig.Outcome validated =
        replica.review(after.review("UPDATE", patched, Optional.of(before)), "validate");
    if (validated.allowed()) {
      objects.put(after.uid(), AdmissionRig.object(patched));
    }
    return new Created(mutated, Optional.of(validated));
  }

  @Override
  public synchronized Found find(Claim claim, Duration bound) {
    lookUps.add(claim);
    patience.add(bound);
    Optional<Found> instead = fault.apply(claim, bound);
    JsonObject object = objects.get(claim.uid());
    return instead.orElseGet(() ->
        object == null ? new Found.Refuted("there is no such object") : new Found.Living(object));
  }

  @Override
  public Optional<JsonObject> find(Kind kind, String key) {
    return kind == Kind.OWNER ? Optional.ofNullable(facts.get(key)) : Optional.empty();
  }

  @Override
  public void tell(Kind kind, String key, JsonObject fact, Instant until) {
    facts.put(key, fact);
    ends.put(key, until);
  }

  @Override
  public void drop(Kind kind, String key) {
    facts.remove(key);
  }
}
