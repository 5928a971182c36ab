package dev.assayer.validation.notary;

import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.RootMaterial;
import dev.assayer.config.TrustRoot;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.crypto.VerificationKey;
import dev.assayer.decision.Evidence;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Signer;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.image.ImageReference;
import dev.assayer.image.Printable;
import dev.assayer.remote.Upstream;
import dev.assayer.state.TrustState;
import dev.assayer.time.Deadline;
import dev.assayer.validation.UpstreamProbe;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Verifies images against one Notary v1 server. */
public final class NotaryValidator implements Validator {
  /** Further from now than clocks differ: an instant that is asked for, not the present. */
  private static final Duration PRESENT = Duration.ofMinutes(5);

  private final ValidatorRef ref;
  private final Upstream upstream;
  private final Map<String, Pin> pins;
  private final RepositoryVerifier repositories;
  private final NotaryProbe probe;

  private NotaryValidator(
      ValidatorRef ref,
      Upstream upstream,
      Map<String, Pin> pins,
      RepositoryVerifier repositories,
      NotaryProbe probe) {
    this.ref = ref;
    this.upstream = upstream;
    this.pins = pins;
    this.repositories = repositories;
    this.probe = probe;
  }

  /**
   * Makes a validator that owns {@code upstream} and closes it.
   *
   * @param config a section that was validated: its trust roots are keys or certificates
   */
  public static NotaryValidator open(
      NotaryV1Config config,
      Upstream upstream,
      TrustState state,
      SignatureVerifier verifier,
      NotaryOptions options) {
    Map<String, Pin> pins = new LinkedHashMap<>();
    for (TrustRoot root : config.trustRoots()) {
      pins.put(root.name(), pin(root));
    }
    return new NotaryValidator(
        new ValidatorRef(config.name(), config.type(), upstream.host()),
        upstream,
        Map.copyOf(pins),
        new RepositoryVerifier(
            upstream,
            state,
            new Signatures(verifier, options.revokedKeyIds()),
            config.allowUnboundRoot(),
            options),
        new NotaryProbe(upstream, state, options.probeRepository()));
  }

  /** Under what the repository of an image is remembered. */
  public static String memoryKey(NotaryV1Config config, ImageReference image) {
    return RepositoryVerifier.key(config.host(), image.repository());
  }

  private static Pin pin(TrustRoot root) {
    return switch (root.material()) {
      case RootMaterial.Key(VerificationKey key) -> new Pin(root.name(), key, Optional.empty());
      case RootMaterial.Certificate certificate ->
          new Pin(root.name(), certificate.key(), Optional.of(certificate.certificate()));
      case RootMaterial.Keyless _ ->
          throw new IllegalArgumentException(
              "trust root " + root.name() + " is keyless, which Notary v1 has not");
    };
  }

  @Override
  public ValidatorRef ref() {
    return ref;
  }

  @Override
  public Optional<UpstreamProbe> probe() {
    return Optional.of(probe);
  }

  @Override
  public ValidationResult validate(ValidationRequest request, StageLog stages, Deadline deadline) {
    List<Pin> wanted = new ArrayList<>();
    for (String name : request.trustRoots()) {
      Pin pin = pins.get(name);
      if (pin == null) {
        return new ValidationResult.Refused(
            Reason.CONFIG_ERROR, "validator " + ref.name() + " has no trust root \"" + name + '"');
      }
      wanted.add(pin);
    }
    if (wanted.isEmpty()) {
      return new ValidationResult.Refused(
          Reason.CONFIG_ERROR, "no trust root of validator " + ref.name() + " is selected");
    }
    return validate(request, wanted, stages, deadline);
  }

  private ValidationResult validate(
      ValidationRequest request, List<Pin> wanted, StageLog stages, Deadline deadline) {
    ImageReference image = request.image();
    List<String> named = request.delegations().stream().map(Roles::delegation).distinct().toList();
    for (String role : named) {
      if (!Roles.isDelegation(role)) {
        return new ValidationResult.Refused(
            Reason.CONFIG_ERROR, Printable.quoted(role) + " is not the name of a delegation");
      }
    }
    OptionalInt threshold = request.threshold();
    if (!named.isEmpty()
        && threshold.isPresent()
        && (threshold.getAsInt() < 1 || threshold.getAsInt() > named.size())) {
      return new ValidationResult.Refused(
          Reason.CONFIG_ERROR,
          "threshold " + threshold.getAsInt() + " of " + named.size() + " delegations");
    }
    RepositoryVerifier.Query query =
        new RepositoryVerifier.Query(
            image.repository(),
            RootVerifier.fingerprint(wanted),
            named.isEmpty() ? List.of(Roles.RELEASES) : named,
            pointInTime(request.at()),
            request.dryRun());
    Optional<TrustFacts> facts = Optional.empty();
    List<Evidence> evidence = List.of();
    try {
      RepositoryVerifier.Current current =
          repositories.current(query, wanted, request.at(), stages, deadline);
      TrustedRepository trusted = current.trusted();
      facts = Optional.of(facts(trusted, current.age(), wanted));
      evidence = evidence(trusted.verified());
      TargetSelection.Selected selected =
          TargetSelection.select(image, named, threshold, trusted, request.at());
      return new ValidationResult.Trusted(
          selected.digest(),
          signers(selected.roles(), trusted),
          facts.get(),
          trusted.root().warnings(),
          evidence);
    } catch (TrustException failure) {
      return new ValidationResult.Refused(
          failure.reason(),
          failure.detail(),
          List.of(),
          facts,
          failure.outage(),
          facts.isPresent() ? evidence : evidence(failure.verified()));
    }
  }

  private List<Evidence> evidence(List<Verified<?>> files) {
    Map<String, Evidence> distinct = new LinkedHashMap<>();
    files.forEach(
        file -> distinct.putIfAbsent(file.role() + ' ' + file.sha256(), file.evidence(ref.name())));
    return List.copyOf(distinct.values());
  }

  /** Present for judgements as of another time than now, which must not share answers with it. */
  private static Optional<Instant> pointInTime(Instant at) {
    return Duration.between(at, Instant.now()).abs().compareTo(PRESENT) > 0
        ? Optional.of(at)
        : Optional.empty();
  }

  private static TrustFacts facts(
      TrustedRepository trusted, Optional<Duration> age, List<Pin> wanted) {
    return new TrustFacts(
        wanted.stream().map(Pin::name).toList(),
        trusted.chain().stream().map(Verified::trust).toList(),
        age.isPresent() ? "memory" : "fresh",
        age,
        trusted.firstUse());
  }

  private static List<Signer> signers(
      List<Verified<RoleFile.Targets>> roles, TrustedRepository trusted) {
    List<Signer> signers = new ArrayList<>();
    for (Verified<RoleFile.Targets> role : roles) {
      for (TufKey key : role.signedBy()) {
        boolean firstSeen =
            !trusted.firstUse() && !trusted.knownSigners().contains(Marks.signer(role.role(), key));
        signers.add(new Signer(role.role(), key.id(), key.describe(), firstSeen));
      }
    }
    return List.copyOf(signers);
  }

  @Override
  public void close() {
    upstream.close();
  }
}
