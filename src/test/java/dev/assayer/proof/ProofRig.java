package dev.assayer.proof;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.admission.Recorder;
import dev.assayer.admission.ReviewAnswer;
import dev.assayer.audit.AppendResult;
import dev.assayer.audit.Checkpoint;
import dev.assayer.audit.DecisionLog;
import dev.assayer.audit.LogObserver;
import dev.assayer.audit.LogSettings;
import dev.assayer.audit.LogUnusable;
import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.StaticConfig;
import dev.assayer.config.ValidatorConfig;
import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Logged;
import dev.assayer.decision.StageLog;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import dev.assayer.remote.Fetch;
import dev.assayer.remote.FetchResult;
import dev.assayer.remote.Upstream;
import dev.assayer.samples.SignedRepository;
import dev.assayer.state.InMemoryTrustState;
import dev.assayer.time.Deadline;
import dev.assayer.validation.Validator;
import dev.assayer.validation.fixed.StaticValidator;
import dev.assayer.validation.notary.NotaryOptions;
import dev.assayer.validation.notary.NotaryValidator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A webhook with a Notary in memory, a clock that is set, and its audit log with evidence. */
public final class ProofRig implements AutoCloseable {
  /** What is signed under {@code 1.0}. */
  public static final String DIGEST = "sha256:" + "a1".repeat(32);

  /** Something else. */
  public static final String OTHER = "sha256:" + "b2".repeat(32);

  private final Path dir;
  private final DecisionLog log;
  private InMemoryTrustState state = new InMemoryTrustState();
  private final Map<String, SignedRepository> repositories = new HashMap<>();
  private final SignatureVerifier verifier = SignatureVerifier.create();
  private Instant now = Instant.parse("2026-03-14T09:26:53Z");
  private Optional<Assayer> assayer = Optional.empty();

  /** A rig that keeps its log below this folder. */
  public ProofRig(Path dir) {
    this.dir = dir;
    try {
      Files.writeString(key(), Ed25519Signer.newKeyPem());
      log =
          DecisionLog.open(
              new LogSettings(
                  log(), Checkpoint.origin("test", "assayer-0"), Optional.of(key()), true),
              new Silent());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (LogUnusable unusable) {
      throw new IllegalStateException(unusable);
    }
  }

  /** The folder of the log. */
  public Path log() {
    return dir.resolve("log");
  }

  /** The key of the log. */
  public Path key() {
    return dir.resolve("log.key");
  }

  /** A published repository with {@code 1.0} signed. */
  public SignedRepository repository(String gun) {
    SignedRepository repository = SignedRepository.create(gun, () -> now);
    repository.targets().target("1.0", DIGEST, 528);
    return serve(repository);
  }

  /** Publishes and serves it from now on. */
  public SignedRepository serve(SignedRepository repository) {
    repository.publish();
    repositories.put(repository.gun(), repository);
    return repository;
  }

  /** Sets the clock on. */
  public void later(Duration by) {
    now = now.plus(by);
  }

  /** A replica that lost its memory, so that another root is no rollback to it. */
  public ProofRig forget() {
    state = new InMemoryTrustState();
    return this;
  }

  /** Another configuration, whose validator {@code default} pins this key. */
  public ProofRig configure(String pem, String policy) {
    String yaml =
        """
        apiVersion: assayer.dev/v1
        cluster: test
        validators:
          - name: default
            type: notaryV1
            host: notary.example
            trustRoots: [{name: default, key: %s}]
            auth: {username: u, password: s3cret-canary}
          - {name: open, type: static, approve: true}
        alerting:
          reject: {receivers: [{template: slack, url: "https://hooks.example/s3cret-canary"}]}
        policy:
        %s
        """
            .formatted(
                "\"" + pem.replace("\n", "\\n") + "\"",
                policy.isEmpty() ? "  - pattern: '*:*'" : policy);
    LoadResult result = new ConfigLoader().load(yaml, dir, "assayer.yaml");
    if (!(result instanceof LoadResult.Loaded(Config config, var _))) {
      throw new IllegalArgumentException(result.toString());
    }
    assayer.ifPresent(Assayer::close);
    Map<String, Validator> validators = new LinkedHashMap<>();
    for (ValidatorConfig section : config.validators()) {
      validators.put(
          section.name(),
          section instanceof NotaryV1Config notary
              ? NotaryValidator.open(
                  notary,
                  new Served(),
                  state,
                  verifier,
                  new NotaryOptions(Duration.ZERO, Set.of(), 1 << 20))
              : new StaticValidator((StaticConfig) section));
    }
    Environment environment =
        new Environment(() -> now, "0.1.0", "assayer-0", 1).recordedBy(this::keep);
    assayer = Optional.of(new Assayer(config, environment, validators));
    return this;
  }

  private Recorder.Result keep(
      Decision decision, boolean binding, StageLog stages, Deadline deadline) {
    String record = log.record(decision, deadline);
    return switch (log.append(decision, record, binding, deadline)) {
      case AppendResult.Written(long index, var leaf, var _, var _) ->
          new Recorder.Result.Kept(new Logged(index, leaf.hex(), record));
      case AppendResult.Failed(String why, var _) -> new Recorder.Result.Lost(why);
    };
  }

  /** Decides about a pod with this image in namespace {@code shop}; its record. */
  public JsonObject decide(String image) {
    Deadline deadline = Deadline.after(Duration.ofSeconds(20));
    ReviewAnswer answer =
        assayer.orElseThrow().review(review(image), deadline, "mutate", "anonymous");
    Decision decision = ((ReviewAnswer.Answered) answer).decision();
    return json(decision.logged().orElseThrow().record());
  }

  static JsonObject json(String record) {
    try {
      return StrictJson.parse(record.getBytes(StandardCharsets.UTF_8), JsonLimits.text(1 << 24))
          .asObject()
          .orElseThrow();
    } catch (JsonException noJson) {
      throw new IllegalArgumentException(noJson);
    }
  }

  private static byte[] review(String image) {
    return """
    {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1",
    "kind":{"group":"","version":"v1","kind":"Pod"},
    "resource":{"group":"","version":"v1","resource":"pods"},
    "operation":"CREATE","namespace":"shop","name":"p","userInfo":{"username":"dana"},
    "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"shop"},
    "spec":{"containers":[{"name":"c","image":"%s"}]}}}}
    """
        .formatted(image)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Verifies a record again, with the evidence beside the log. */
  public Proof prove(JsonObject record) {
    try {
      return new Prover(KeptFiles.of(log())).prove(record);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private final class Served implements Upstream {
    @Override
    public String host() {
      return "notary.example";
    }

    @Override
    public FetchResult fetch(Fetch fetch, StageLog stages, Deadline deadline) {
      return repositories.values().stream()
          .flatMap(repository -> repository.served(fetch.path()).stream())
          .findFirst()
          .<FetchResult>map(FetchResult.Body::new)
          .orElseGet(FetchResult.NotFound::new);
    }

    @Override
    public void close() {}
  }

  private record Silent() implements LogObserver {
    @Override
    public void written(int entries, Duration took) {}

    @Override
    public void failed(int entries) {}

    @Override
    public void dropped() {}

    @Override
    public void published(long size) {}

    @Override
    public void tampered() {}
  }

  @Override
  public void close() {
    assayer.ifPresent(Assayer::close);
    log.close();
  }
}
