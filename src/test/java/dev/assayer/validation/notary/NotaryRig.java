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
import dev.assayer.demo.NotaryServer;
import dev.assayer.image.Digest;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.remote.Credentials;
import dev.assayer.remote.HttpsUpstream;
import dev.assayer.remote.Upstream;
import dev.assayer.remote.UpstreamSettings;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.ServerIdentity;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.state.InMemoryTrustState;
import dev.assayer.state.RepositoryMemory;
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

  static final Duration BUDGET = Duration.ofSeconds(20);

  /** Made once: it tests its providers when it is made. */
  static final SignatureVerifier SIGNATURES = SignatureVerifier.create();

  final NotaryServer server;
  TrustState state = new InMemoryTrustState();
  private final List<TrustRoot> roots = new ArrayList<>();
  private final List<NotaryValidator> replicas = new ArrayList<>();
  private final AskedFiles asked = new AskedFiles();
  private String caPem;
  private boolean allowUnbound;
  private Duration maxAge = Duration.ZERO;
  private Set<String> revoked = Set.of();
  private Optional<Credentials> credentials = Optional.empty();
  private Optional<NotaryValidator> validator = Optional.empty();

  NotaryRig() {
    this(DemoCa.create().identity());
  }

  NotaryRig(ServerIdentity identity) {
    server = NotaryServer.start(identity);
    caPem = server.caPem();
  }

  /** A key without a certificate, of the kind that is quickest to make. */
  static TufKey key() {
    return TufKey.bare(KeyKind.ECDSA_P256);
  }

  /** A published repository with {@code 1.0} signed in targets, and its root key pinned. */
  SignedRepository repository(String gun) {
    return serve(SignedRepository.create(gun));
  }

  /** The same with these root keys, the first of which is pinned. */
  SignedRepository repository(String gun, TufKey... rootKeys) {
    SignedRepository repository = SignedRepository.create(gun);
    repository.role(SignedRepository.ROOT).keys(rootKeys);
    return serve(repository);
  }

  private SignedRepository serve(SignedRepository repository) {
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

  static RootMaterial material(String pem) {
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

  NotaryRig credentials(String user, String password) {
    credentials = Optional.of(new Credentials(() -> user, () -> password));
    return reopened();
  }

  /** Trusts this CA, and no other, for the server's certificate. */
  NotaryRig trustCa(String pem) {
    caPem = pem;
    return reopened();
  }

  /** A validator with an empty metadata memory; the marks stay. */
  NotaryRig reopened() {
    validator.ifPresent(NotaryValidator::close);
    validator = Optional.empty();
    return this;
  }

  /** A replica that restarts and has lost all it knew. */
  NotaryRig withoutMemory() {
    state = new InMemoryTrustState();
    return reopened();
  }

  /** What is remembered of a repository. */
  RepositoryMemory memory(String gun) {
    return state.recall(server.baseHost() + ' ' + gun);
  }

  NotaryValidator validator() {
    if (validator.isEmpty()) {
      validator = Optional.of(open());
    }
    return validator.get();
  }

  /** Another validator on the same server and trust state, as in another replica. */
  NotaryValidator replica() {
    NotaryValidator replica = open();
    replicas.add(replica);
    return replica;
  }

  private NotaryValidator open() {
    List<X509Certificate> ca = ((PemList.Loaded<X509Certificate>) Pem.certificates(caPem)).items();
    UpstreamSettings settings =
        UpstreamSettings.of(server.baseHost()).withTls(TlsTrust.only(ca).clientContext());
    return open(
        asked.of(
            HttpsUpstream.open(
                credentials.isPresent() ? settings.withCredentials(credentials.get()) : settings)));
  }

  /** A validator over any upstream, with this rig's settings and state. */
  NotaryValidator open(Upstream upstream) {
    return NotaryValidator.open(
        new NotaryV1Config(
            "default", 1, upstream.host(), roots, allowUnbound, List.of(), Optional.empty(), true),
        upstream,
        state,
        SIGNATURES,
        new NotaryOptions(maxAge, revoked, 64 << 20));
  }

  ValidationResult verify(String image, String... delegations) {
    return verify(image, Instant.now(), OptionalInt.empty(), delegations);
  }

  ValidationResult verifyAt(Instant at, String image, String... delegations) {
    return verify(image, at, OptionalInt.empty(), delegations);
  }

  ValidationResult verify(String image, Instant at, OptionalInt threshold, String... delegations) {
    return validate(
        validator(), request(image, at, threshold, List.of(delegations)), Deadline.after(BUDGET));
  }

  /** Any {@code needed} of the delegations. */
  ValidationResult verifyAnyOf(int needed, String image, String... delegations) {
    return verify(image, Instant.now(), OptionalInt.of(needed), delegations);
  }

  ValidationResult verifyWithin(Duration budget, String image, String... delegations) {
    return validate(validator(), request(image, delegations), Deadline.after(budget));
  }

  static ValidationResult validate(
      NotaryValidator validator, ValidationRequest request, Deadline deadline) {
    return validator.validate(request, new StageLog(), deadline);
  }

  ValidationRequest request(String image, String... delegations) {
    return request(image, Instant.now(), OptionalInt.empty(), List.of(delegations));
  }

  private ValidationRequest request(
      String image, Instant at, OptionalInt threshold, List<String> delegations) {
    return new ValidationRequest(
        reference(image), roots.stream().map(TrustRoot::name).toList(), delegations, threshold, at);
  }

  /** The files that verifications since the last {@link #forgetRequests} asked for. */
  List<String> filesAskedFor() {
    return asked.files();
  }

  void forgetRequests() {
    asked.forget();
  }

  /** The name under which a file is served by its content: {@code targets.<sha256>.json}. */
  static String addressed(String role, byte[] file) {
    return role + '.' + Envelope.sha256(file) + ".json";
  }

  static byte[] file(SignedRepository repository, String name) {
    return repository.file(name).orElseThrow();
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

  static ValidationResult.Trusted trusted(ValidationResult result) {
    assertThat(result).isInstanceOf(ValidationResult.Trusted.class);
    return (ValidationResult.Trusted) result;
  }

  static void assertRefused(ValidationResult result, Reason reason) {
    assertThat(result)
        .isInstanceOfSatisfying(
            ValidationResult.Refused.class,
            refused -> assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason));
  }

  /** Refused for this reason, and the detail has these words. */
  static void assertRefused(ValidationResult result, Reason reason, String... words) {
    assertRefused(result, reason);
    assertThat(((ValidationResult.Refused) result).detail()).contains(words);
  }

  @Override
  public void close() {
    reopened();
    replicas.forEach(NotaryValidator::close);
    server.close();
  }
}
