package dev.assayer.trial;

import dev.assayer.config.Config;
import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.RootMaterial;
import dev.assayer.config.StubbedTrust;
import dev.assayer.config.TrustRoot;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.crypto.VerificationKey;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.image.Digest;
import dev.assayer.image.ImageReference;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.state.InMemoryTrustState;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;
import dev.assayer.validation.notary.NotaryOptions;
import dev.assayer.validation.notary.NotaryValidator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Notary validator whose server has, for each image that is asked for, what a case says. The
 * validator is the real one; the trust data is signed for it in memory, with keys that stand for
 * the configured trust roots. So what a rule demands of roots, delegations and threshold is judged
 * by the code that judges it in a cluster.
 */
final class StubNotary implements Validator {
  /** The tag of what a reference names by digest alone. */
  private static final String ANY_TAG = "signed";

  private static final String DELEGATED = SignedRepository.TARGETS + "/";
  private static final long LENGTH = 1024;

  private final NotaryV1Config section;
  private final Optional<StubbedTrust.Signed> found;
  private final StubKeys keys;
  private final SignatureVerifier verifier;
  private final Set<String> revoked;

  /**
   * The validator of one case.
   *
   * @param found what is signed; empty if the server has no trust data
   */
  StubNotary(
      NotaryV1Config section,
      Config config,
      Optional<StubbedTrust.Signed> found,
      StubKeys keys,
      SignatureVerifier verifier) {
    this.found = found;
    this.keys = keys;
    this.verifier = verifier;
    this.section =
        new NotaryV1Config(
            section.name(),
            section.line(),
            section.host(),
            section.trustRoots().stream().map(root -> standIn(section, root)).toList(),
            false,
            List.of(),
            Optional.empty(),
            false);
    revoked = revoked(section, Set.copyOf(config.revoked().keyIds()));
  }

  private TrustRoot standIn(NotaryV1Config validator, TrustRoot root) {
    VerificationKey key = StubKeys.publicKey(keys.root(validator.name(), root.name()));
    return new TrustRoot(root.name(), root.line(), new RootMaterial.Key(key));
  }

  /** The stand-ins of the trust roots that are revoked. */
  private Set<String> revoked(NotaryV1Config validator, Set<String> keyIds) {
    Set<String> standIns = new HashSet<>();
    for (TrustRoot root : validator.trustRoots()) {
      boolean named =
          switch (root.material()) {
            case RootMaterial.Key(VerificationKey key) -> NotaryOptions.names(keyIds, key);
            case RootMaterial.Certificate certificate ->
                NotaryOptions.names(keyIds, certificate.key());
            case RootMaterial.Keyless _ -> false;
          };
      if (named) {
        standIns.add(StubKeys.publicKey(keys.root(validator.name(), root.name())).fingerprint());
      }
    }
    return standIns;
  }

  @Override
  public ValidatorRef ref() {
    return new ValidatorRef(section.name(), section.type(), section.host());
  }

  @Override
  public ValidationResult validate(ValidationRequest request, StageLog stages, Deadline deadline) {
    Optional<SignedRepository> repository =
        found.map(signed -> repository(signed, request.image()));
    try (NotaryValidator validator =
        NotaryValidator.open(
            section,
            new StubUpstream(section.host(), repository),
            new InMemoryTrustState(),
            verifier,
            new NotaryOptions(Duration.ZERO, revoked, 0))) {
      return validator.validate(request, stages, deadline);
    }
  }

  private SignedRepository repository(StubbedTrust.Signed signed, ImageReference image) {
    String gun = image.repository();
    TufKey online = TufKey.bare(keys.online());
    SignedRepository repository =
        SignedRepository.create(gun, InstantSource.system(), rootKeys(signed, gun), online);
    String tag = image.tag().orElse(ANY_TAG);
    signed.digest().ifPresent(digest -> repository.targets().target(tag, digest.text(), LENGTH));
    for (Map.Entry<String, Digest> entry : signed.delegations().entrySet()) {
      delegate(repository, entry.getKey());
      var _ =
          repository.role(DELEGATED + entry.getKey()).target(tag, entry.getValue().text(), LENGTH);
    }
    repository.publish();
    return repository;
  }

  private List<TufKey> rootKeys(StubbedTrust.Signed signed, String gun) {
    List<String> names =
        signed
            .trustRoots()
            .orElseGet(() -> section.trustRoots().stream().map(TrustRoot::name).toList());
    List<TufKey> signers =
        names.stream()
            .distinct()
            .map(name -> keys.bound(keys.root(section.name(), name), gun))
            .toList();
    return signers.isEmpty() ? List.of(keys.bound(keys.stranger(), gun)) : signers;
  }

  /** Makes a delegation and those that lead to it. */
  private void delegate(SignedRepository repository, String name) {
    for (int end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) {
      make(repository, name.substring(0, end));
    }
    make(repository, name);
  }

  private void make(SignedRepository repository, String name) {
    if (!repository.has(DELEGATED + name)) {
      var _ = repository.delegate(DELEGATED + name, TufKey.bare(keys.delegation(name)));
    }
  }
}
