package dev.assayer.server;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.config.NotaryV1Config;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.image.Digest;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.validation.Validator;
import dev.assayer.validation.notary.NotaryOptions;
import dev.assayer.validation.notary.NotaryValidator;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that the self-test decides about, made at start: keys, two signed repositories on a host that
 * cannot exist, a configuration that pins them, and an {@link Assayer} for it. It shares the code
 * with the operator's configuration, and nothing else: no state, no numbering, no memory of what
 * was verified before.
 */
final class SelfTestWorld implements AutoCloseable {
  /** In a top-level domain that nobody can register (RFC 2606). */
  static final String HOST = "selftest.assayer.invalid";

  private static final String GOOD = "good";
  private static final String BAD = "bad";
  private static final String SIGNED_TAG = "signed";
  private static final int RANDOM_BYTES = 32;
  private static final long IMAGE_LENGTH = 1024;

  /** As long as the keys' certificates: nothing here expires in the life of a process. */
  private static final Duration LIFETIME = Duration.ofDays(3650);

  private final String token;
  private final String digest;
  private final Assayer assayer;

  private SelfTestWorld(String token, String digest, Assayer assayer) {
    this.token = token;
    this.digest = digest;
    this.assayer = assayer;
  }

  /** Makes keys and trust data. */
  static SelfTestWorld create(InstantSource clock, String version, String replica) {
    SecureRandom random = new SecureRandom();
    String digest = Digest.ofBytes(bytes(random)).text();
    Map<String, SignedRepository> repositories = new LinkedHashMap<>();
    repositories.put(GOOD, repository(GOOD, digest, clock));
    SignedRepository bad = repository(BAD, digest, clock);
    // Under the id of the right key, else nobody would look at the signature itself.
    TufKey impostor = TufKey.bare(KeyKind.ECDSA_P256);
    bad.targets().signers(impostor.withId(bad.targets().keys().getFirst().id()), impostor);
    repositories.put(BAD, bad);
    repositories.values().forEach(SignedRepository::publish);

    Config config = config(repositories);
    Environment environment = new Environment(clock, version, replica, 1);
    Map<String, Validator> validators = new LinkedHashMap<>();
    SignatureVerifier verifier = SignatureVerifier.create();
    repositories.forEach((name, repository) ->
        validators.put(
            name,
            NotaryValidator.open(
                (NotaryV1Config) config.validator(name).orElseThrow(),
                new SampleUpstream(HOST, repository),
                environment.state(),
                verifier,
                new NotaryOptions(Duration.ZERO, Set.of(), 0))));
    return new SelfTestWorld(
        HexFormat.of().formatHex(bytes(random)),
        digest,
        new Assayer(config, environment, validators));
  }

  private static byte[] bytes(SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  private static SignedRepository repository(String name, String digest, InstantSource clock) {
    SignedRepository repository = SignedRepository.create(HOST + "/" + name, clock);
    repository.targets().target(SIGNED_TAG, digest, IMAGE_LENGTH);
    for (String role : List.of(SignedRepository.SNAPSHOT, SignedRepository.TIMESTAMP)) {
      var _ = repository.role(role).lifetime(LIFETIME);
    }
    var _ = repository.targets().lifetime(LIFETIME);
    return repository;
  }

  private static Config config(Map<String, SignedRepository> repositories) {
    StringBuilder yaml = new StringBuilder("apiVersion: assayer.dev/v1\ncluster: self-test\n");
    yaml.append("freshness: {timestampMaxAge: 0s}\nvalidators:\n");
    repositories.forEach((name, repository) ->
        yaml.append("  - name: ")
            .append(name)
            .append("\n    type: notaryV1\n    healthCheck: false\n    host: ")
            .append(HOST)
            .append("\n    trustRoots:\n      - name: default\n        key: |\n")
            .append(indented(repository.pinnedRootPem())));
    yaml.append("policy:\n");
    repositories.forEach((name, repository) ->
        yaml.append("  - pattern: \"")
            .append(repository.gun())
            .append(":*\"\n    validator: ")
            .append(name)
            .append('\n'));
    return switch (new ConfigLoader().load(yaml.toString(), Path.of(""), "self-test")) {
      case LoadResult.Loaded(Config config, var _) -> config;
      case LoadResult.Refused(var errors) -> throw new IllegalStateException(errors.toString());
    };
  }

  private static String indented(String pem) {
    return pem.strip()
        .lines()
        .map(line -> " ".repeat(10) + line + "\n")
        .collect(Collectors.joining());
  }

  /** What a request to the listener must carry to be decided here: 256 random bits, hex. */
  String token() {
    return token;
  }

  /** The digest that is signed for {@link SelfTestCase#KNOWN_GOOD_DCT}. */
  String digest() {
    return digest;
  }

  /** Decides of requests that carry the token. */
  Assayer assayer() {
    return assayer;
  }

  @Override
  public void close() {
    assayer.close();
  }

  /** Never the token. */
  @Override
  public String toString() {
    return "self-test world";
  }
}
