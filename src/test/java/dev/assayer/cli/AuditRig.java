package dev.assayer.cli;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.admission.ReviewAnswer;
import dev.assayer.audit.AppendResult;
import dev.assayer.audit.Checkpoint;
import dev.assayer.audit.DecisionLog;
import dev.assayer.audit.DecisionRecord;
import dev.assayer.audit.LogObserver;
import dev.assayer.audit.LogSettings;
import dev.assayer.audit.LogUnusable;
import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.config.StaticConfig;
import dev.assayer.config.ValidatorConfig;
import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.decision.Decision;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.Signer;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.TraceRef;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.image.Digest;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;
import dev.assayer.validation.fixed.StaticValidator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A log of decisions at any time, made by the webhook's own way. */
final class AuditRig implements AutoCloseable {
  static final String CONFIG =
      """
      apiVersion: assayer.dev/v1
      cluster: prod
      validators:
        - {name: yes, type: static, approve: true}
        - {name: no, type: static, approve: false}
      policy:
        - {pattern: "*:*", validator: no}
        - {pattern: "registry.example/shop/*:*", validator: yes}
        - {pattern: "registry.example/trial/*:*", validator: no, mode: audit}
      """;

  private final Path log;
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final DecisionLog open;
  private final Assayer assayer;

  private AuditRig(Path folder, String yaml) throws LogUnusable, IOException {
    log = folder.resolve("log");
    Path key = folder.resolve("log.key");
    if (!Files.exists(key)) {
      Files.writeString(key, Ed25519Signer.newKeyPem());
    }
    String origin = Checkpoint.origin("prod", "assayer-0");
    open = DecisionLog.open(new LogSettings(log, origin, Optional.of(key), false), new Silent());
    Environment environment = new Environment(now::get, "0.1.0", "assayer-0", 1);
    Config config = config(folder, yaml);
    Map<String, Validator> validators = new LinkedHashMap<>();
    for (ValidatorConfig one : config.validators()) {
      validators.put(
          one.name(), one instanceof StaticConfig fixed ? new StaticValidator(fixed) : signed(one));
    }
    assayer = new Assayer(config, environment, validators);
  }

  /** A server that has signed every image with one digest. */
  private static Validator signed(ValidatorConfig section) {
    return new Validator() {
      @Override
      public ValidatorRef ref() {
        return new ValidatorRef(section.name(), section.type(), "notary.example.com");
      }

      @Override
      public ValidationResult validate(
          ValidationRequest request, StageLog stages, Deadline deadline) {
        String key = "76d211ff".repeat(8);
        Instant expires = Instant.parse("2030-01-01T00:00:00Z");
        return new ValidationResult.Trusted(
            Digest.parse("sha256:" + "4be1".repeat(16)).orElseThrow(),
            List.of(new Signer("targets/releases", key, "ecdsa-p256", false)),
            new TrustFacts(
                request.trustRoots(),
                List.of(new RoleTrust("root", 1, expires, 1, List.of(key), "ab".repeat(32))),
                "fresh",
                Optional.empty(),
                false),
            List.of());
      }
    };
  }

  private static Config config(Path folder, String yaml) {
    LoadResult result = new ConfigLoader().load(yaml, folder, "assayer.yaml");
    if (result instanceof LoadResult.Loaded(Config config, var _)) {
      return config;
    }
    throw new IllegalArgumentException(result.toString());
  }

  /** A log in the folder {@code log} of this one, with its key beside it. */
  static AuditRig open(Path folder, String yaml) {
    try {
      return new AuditRig(folder, yaml);
    } catch (LogUnusable | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  Path log() {
    return log;
  }

  /** Decides of a pod and appends the record. */
  Decision decide(String at, String namespace, String name, String user, String image) {
    return decide(at, namespace, name, user, image, "anonymous");
  }

  Decision decide(
      String at, String namespace, String name, String user, String image, String caller) {
    now.set(Instant.parse(at));
    String body =
        """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1",
        "kind":{"group":"","version":"v1","kind":"Pod"},
        "resource":{"group":"","version":"v1","resource":"pods"},
        "operation":"CREATE","namespace":"%1$s","name":"%2$s",
        "userInfo":{"username":"%3$s","groups":["team-%3$s"],"uid":"uid-%3$s",
        "extra":{"mail":["%3$s"]}},
        "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"%2$s","namespace":"%1$s"},
        "spec":{"containers":[{"name":"c","image":"%4$s"}]}}}}
        """
            .formatted(namespace, name, user, image);
    Deadline deadline = Deadline.after(Duration.ofSeconds(30));
    ReviewAnswer answer =
        assayer.review(
            body.getBytes(StandardCharsets.UTF_8),
            deadline,
            "mutate",
            caller,
            Optional.of(new TraceRef("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")));
    Decision decision = ((ReviewAnswer.Answered) answer).decision();
    AppendResult result = open.append(decision, DecisionRecord.line(decision), false, deadline);
    if (!(result instanceof AppendResult.Written)) {
      throw new IllegalStateException(result.toString());
    }
    return decision;
  }

  @Override
  public void close() {
    assayer.close();
    open.close();
  }

  /** All that is in files below a folder. */
  static String everything(Path folder) {
    try (var files = Files.walk(folder)) {
      StringBuilder all = new StringBuilder();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
      return all.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Cli.Ran run(String... arguments) {
    return new Cli().run(List.of(arguments).toArray(String[]::new));
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
}
