package dev.assayer.validation.notary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.RootMaterial;
import dev.assayer.config.TrustRoot;
import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.crypto.TrustMaterial;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.demo.DemoCa;
import dev.assayer.demo.NotaryServer;
import dev.assayer.demo.SignedRepository;
import dev.assayer.image.Digest;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.remote.HttpsUpstream;
import dev.assayer.remote.UpstreamSettings;
import dev.assayer.state.InMemoryTrustState;
import dev.assayer.state.TrustState;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** An embedded Notary over TLS, repositories on it, and a validator that verifies against it. */
final class NotaryRig implements AutoCloseable {
  static final String DIGEST = "sha256:" + "a1".repeat(32);
  static final String OTHER_DIGEST = "sha256:" + "b2".repeat(32);

  final NotaryServer server;
  final TrustState state = new InMemoryTrustState();
  private final List<TrustRoot> roots = new ArrayList<>();
  private boolean allowUnbound;
  private Duration maxAge = Duration.ZERO;
  private Set<String> revoked = Set.of();
  private Optional<NotaryValidator> validator = Optional.empty();

  NotaryRig() {
    server = NotaryServer.start(DemoCa.create().identity());
  }

  /** A published repository with {@code 1.0} signed in targets, and its root key pinned. */
  SignedRepository repository(String gun) {
    SignedRepository repository = SignedRepository.create(gun);
    repository.targets().target("1.0", DIGEST, 528);
    repository.publish();
    server.add(repository);
    pin("default", repository.pinnedRootPem());
    return repository;
  }

  NotaryRig pin(String name, String pem) {
    roots.removeIf(root -> root.name().equals(name));
    roots.add(new TrustRoot(name, 1, material(pem)));
    return reopened();
  }

  private static RootMaterial material(String pem) {
    return switch (Pem.publicKeyOrCertificate(pem)) {
      case TrustMaterial.BareKey(var key) -> new RootMaterial.Key(key);
      case TrustMaterial.Certificate(var certificate, var key) ->
          new RootMaterial.Certificate(certificate, key, List.of());
      case TrustMaterial.Refused(var kind, String why) -> throw new AssertionError(why);
    };
  }

  NotaryRig allowUnbound() {
    allowUnbound = true;
    return reopened();
  }

  NotaryRig timestampMaxAge(Duration age) {
    maxAge = age;
    return reopened();
  }

  NotaryRig revoke(String... keyIds) {
    revoked = Set.of(keyIds);
    return reopened();
  }

  /** A validator with an empty metadata memory; the marks stay. */
  NotaryRig reopened() {
    validator.ifPresent(NotaryValidator::close);
    validator = Optional.empty();
    return this;
  }

  NotaryValidator validator() {
    if (validator.isEmpty()) {
      List<X509Certificate> ca =
          ((PemList.Loaded<X509Certificate>) Pem.certificates(server.caPem())).items();
      NotaryV1Config config =
          new NotaryV1Config(
              "default", 1, server.baseHost(), roots, allowUnbound, ca, Optional.empty(), true);
      validator =
          Optional.of(
              NotaryValidator.open(
                  config,
                  HttpsUpstream.open(
                      UpstreamSettings.of(server.baseHost())
                          .withTls(TlsTrust.only(ca).clientContext())),
                  state,
                  SignatureVerifier.create(),
                  new NotaryOptions(maxAge, revoked, 64 << 20)));
    }
    return validator.get();
  }

  ValidationResult verify(String image, String... delegations) {
    return verify(image, Instant.now(), OptionalInt.empty(), delegations);
  }

  ValidationResult verifyAt(Instant at, String image, String... delegations) {
    return verify(image, at, OptionalInt.empty(), delegations);
  }

  ValidationResult verify(String image, Instant at, OptionalInt threshold, String... delegations) {
    return validator()
        .validate(
            new ValidationRequest(
                reference(image),
                roots.stream().map(TrustRoot::name).toList(),
                List.of(delegations),
                threshold,
                at),
            new StageLog(),
            Deadline.after(Duration.ofSeconds(10)));
  }

  static ImageReference reference(String image) {
    return switch (ImageReference.parse(image)) {
      case ReferenceResult.Valid(ImageReference reference) -> reference;
      case ReferenceResult.Invalid invalid -> throw new AssertionError(invalid.detail());
    };
  }

  static void assertTrusted(ValidationResult result, String digest) {
    assertThat(result)
        .isInstanceOfSatisfying(
            ValidationResult.Trusted.class,
            trusted -> assertThat(trusted.digest()).isEqualTo(Digest.parse(digest).orElseThrow()));
  }

  static void assertRefused(ValidationResult result, Reason reason) {
    assertThat(result)
        .isInstanceOfSatisfying(
            ValidationResult.Refused.class,
            refused -> assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason));
  }

  @Override
  public void close() {
    reopened();
    server.close();
  }
}
