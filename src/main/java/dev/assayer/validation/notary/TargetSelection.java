package dev.assayer.validation.notary;

import dev.assayer.decision.Reason;
import dev.assayer.image.Digest;
import dev.assayer.image.ImageReference;
import dev.assayer.image.Printable;
import dev.assayer.json.Json;
import dev.assayer.validation.notary.TrustedRepository.DelegationState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which digest the verified roles give a reference. Without named delegations {@code
 * targets/releases} counts alone if it is delegated and published, else {@code targets}. Named
 * delegations must agree, all of them or a threshold.
 */
final class TargetSelection {
  private TargetSelection() {}

  /**
   * The digest and the roles that signed it.
   *
   * @param roles who signed, for the record
   */
  record Selected(Digest digest, List<Verified<RoleFile.Targets>> roles) {}

  /** A role that may be asked, with the limits of its paths. */
  private record Speaker(Verified<RoleFile.Targets> verified, Optional<DelegationState.Loaded> as) {
    boolean covers(String tag) {
      return as.isEmpty() || as.get().covers(tag);
    }

    String name() {
      return verified.role();
    }
  }

  static Selected select(
      ImageReference image,
      List<String> delegations,
      OptionalInt threshold,
      TrustedRepository trusted,
      Instant at)
      throws TrustException {
    if (delegations.isEmpty()) {
      Speaker speaker = unnamed(trusted, at);
      return new Selected(
          digest(image, speaker, Reason.TAG_NOT_SIGNED, Reason.UNSIGNED),
          List.of(speaker.verified()));
    }
    int needed = threshold.orElse(delegations.size());
    return needed == delegations.size()
        ? all(image, delegations, trusted, at)
        : some(image, delegations, needed, trusted, at);
  }

  private static Speaker unnamed(TrustedRepository trusted, Instant at) throws TrustException {
    return switch (trusted.delegation(Roles.RELEASES)) {
      case DelegationState.Absent(String why) -> new Speaker(trusted.targets(), Optional.empty());
      case DelegationState.Loaded loaded -> speaker(trusted, loaded, at);
      case DelegationState.Failed(Reason reason, String detail) ->
          throw new TrustException(reason, detail);
    };
  }

  /** Expiry is judged again, since a remembered delegation may have expired since. */
  private static Speaker speaker(
      TrustedRepository trusted, DelegationState.Loaded loaded, Instant at) throws TrustException {
    trusted.checkExpiry(loaded, at);
    return new Speaker(loaded.verified(), Optional.of(loaded));
  }

  private static Selected all(
      ImageReference image, List<String> delegations, TrustedRepository trusted, Instant at)
      throws TrustException {
    Map<String, Digest> digests = new LinkedHashMap<>();
    List<Verified<RoleFile.Targets>> roles = new ArrayList<>();
    for (String role : delegations) {
      Speaker speaker = named(role, trusted, at);
      digests.put(
          role, digest(image, speaker, Reason.DELEGATION_MISSING, Reason.DELEGATION_MISSING));
      roles.add(speaker.verified());
    }
    Digest first = digests.values().iterator().next();
    if (digests.values().stream().anyMatch(digest -> !digest.equals(first))) {
      throw disagreement(image, digests);
    }
    return new Selected(first, roles);
  }

  private static Selected some(
      ImageReference image,
      List<String> delegations,
      int needed,
      TrustedRepository trusted,
      Instant at)
      throws TrustException {
    Map<String, Digest> digests = new LinkedHashMap<>();
    List<TrustException> failures = new ArrayList<>();
    Map<Digest, List<Verified<RoleFile.Targets>>> votes = new LinkedHashMap<>();
    for (String role : delegations) {
      try {
        Speaker speaker = named(role, trusted, at);
        Digest digest =
            digest(image, speaker, Reason.DELEGATION_MISSING, Reason.DELEGATION_MISSING);
        digests.put(role, digest);
        votes.computeIfAbsent(digest, d -> new ArrayList<>()).add(speaker.verified());
      } catch (TrustException failure) {
        failures.add(failure);
      }
    }
    List<Selected> enough =
        votes.entrySet().stream()
            .filter(vote -> vote.getValue().size() >= needed)
            .map(vote -> new Selected(vote.getKey(), List.copyOf(vote.getValue())))
            .toList();
    if (enough.size() == 1) {
      return enough.getFirst();
    }
    if (digests.size() >= needed) {
      throw disagreement(image, digests);
    }
    for (TrustException failure : failures) {
      if (failure.reason() != Reason.DELEGATION_MISSING) {
        throw failure;
      }
    }
    throw new TrustException(
        Reason.THRESHOLD_NOT_MET,
        digests.size()
            + " of the "
            + needed
            + " delegations needed signed "
            + image.text()
            + ": "
            + String.join("; ", failures.stream().map(TrustException::detail).toList()));
  }

  private static TrustException disagreement(ImageReference image, Map<String, Digest> digests) {
    List<String> said = new ArrayList<>();
    digests.forEach((role, digest) -> said.add(role + " signed " + digest));
    return new TrustException(
        Reason.DELEGATIONS_DISAGREE,
        "the delegations do not agree on " + image.text() + ": " + String.join(", ", said));
  }

  private static Speaker named(String role, TrustedRepository trusted, Instant at)
      throws TrustException {
    return switch (trusted.delegation(role)) {
      case DelegationState.Absent(String why) ->
          throw new TrustException(
              Reason.DELEGATION_MISSING, "required delegation " + role + " is missing: " + why);
      case DelegationState.Loaded loaded -> speaker(trusted, loaded, at);
      case DelegationState.Failed(Reason reason, String detail) ->
          throw new TrustException(reason, detail);
    };
  }

  private static Digest digest(ImageReference image, Speaker speaker, Reason noTag, Reason noDigest)
      throws TrustException {
    return image.tag().isPresent()
        ? ofTag(image, image.tag().get(), speaker, noTag)
        : ofDigest(image, image.digest().orElseThrow(), speaker, noDigest);
  }

  private static Digest ofTag(ImageReference image, String tag, Speaker speaker, Reason missing)
      throws TrustException {
    Optional<Json> entry = speaker.verified().file().targets().get(tag);
    if (entry.isEmpty()) {
      throw new TrustException(missing, speaker.name() + " has not signed the tag " + tag);
    }
    if (!speaker.covers(tag)) {
      throw new TrustException(
          Reason.DELEGATION_NOT_AUTHORISED,
          speaker.name() + " lists the tag " + tag + ", which its paths do not cover");
    }
    FileMeta meta = FileMeta.parse(entry.get(), speaker.name() + ".json, tag " + tag + ",");
    Digest signed = Digest.parse("sha256:" + meta.sha256()).orElseThrow();
    if (image.digest().isPresent() && !image.digest().get().equals(signed)) {
      throw new TrustException(
          Reason.TAG_DIGEST_CONFLICT,
          speaker.name()
              + " signed the tag "
              + tag
              + " with "
              + signed
              + ", not with "
              + image.digest().get());
    }
    return signed;
  }

  /** A digest alone must be a target under a tag that the role may speak for. */
  private static Digest ofDigest(
      ImageReference image, Digest digest, Speaker speaker, Reason missing) throws TrustException {
    String encoded = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(digest.hex()));
    boolean outside = false;
    for (Map.Entry<String, Json> entry : speaker.verified().file().targets().entries()) {
      if (isDigest(entry.getValue(), encoded)) {
        if (speaker.covers(entry.getKey())) {
          var _ =
              FileMeta.parse(
                  entry.getValue(),
                  speaker.name() + ".json, tag " + Printable.quoted(entry.getKey()) + ",");
          return digest;
        }
        outside = true;
      }
    }
    throw outside
        ? new TrustException(
            Reason.DELEGATION_NOT_AUTHORISED,
            speaker.name() + " lists " + digest + " only under tags that its paths do not cover")
        : new TrustException(
            missing,
            speaker.name() + " has signed no tag of " + image.repository() + " as " + digest);
  }

  private static boolean isDigest(Json entry, String base64) {
    return entry
        .asObject()
        .flatMap(object -> object.get("hashes"))
        .flatMap(Json::asObject)
        .flatMap(hashes -> hashes.get("sha256"))
        .flatMap(Json::asString)
        .filter(base64::equals)
        .isPresent();
  }
}
