package dev.assayer.bench;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.admission.Policy;
import dev.assayer.admission.ReviewAnswer;
import dev.assayer.audit.DecisionRecord;
import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.config.RuleConfig;
import dev.assayer.crypto.Pem;
import dev.assayer.crypto.SignatureScheme;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.crypto.TrustMaterial;
import dev.assayer.crypto.VerificationKey;
import dev.assayer.decision.Decision;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.image.Digest;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.StrictJson;
import dev.assayer.policy.Selection;
import dev.assayer.samples.KeyKind;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What every decision does at least once: parse, match, verify a signature, decide and patch. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class HotPaths {
  private static final int RULES = 1_000;
  private static final Duration BUDGET = Duration.ofSeconds(9);

  private final byte[] review = Reviews.pod("registry.example.com/team-500/app:1.4", 3_000);
  private final byte[] message = new byte[1_000];
  private final SignatureVerifier verifier = SignatureVerifier.create();
  private final ImageReference image = reference("registry.example.com/team-500/app:1.4");
  private final Policy policy = Policy.of(config(rules()));
  private final Assayer assayer =
      new Assayer(
          config("policy: [{pattern: '*:*'}]\n"),
          new Environment(InstantSource.system(), "bench", "bench", 1),
          Map.of("default", new Remembering()));
  private Optional<VerificationKey> key = Optional.empty();
  private byte[] signature = new byte[0];
  private Optional<Decision> decision = Optional.empty();

  /** Signs once, decides once. */
  @Setup
  public void prepare() throws GeneralSecurityException {
    KeyPair pair = KeyKind.ECDSA_P256.generate();
    String pem = dev.assayer.samples.Pem.of("PUBLIC KEY", pair.getPublic().getEncoded());
    key = Optional.of(((TrustMaterial.BareKey) Pem.publicKeyOrCertificate(pem)).key());
    Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
    signer.initSign(pair.getPrivate());
    signer.update(message);
    signature = signer.sign();
    decision = Optional.of(decide().decision());
  }

  /** A review of 3 KB, strictly. */
  @Benchmark
  public Json parse() throws JsonException {
    return StrictJson.parse(review, JsonLimits.REVIEW);
  }

  /** One image against 1,000 rules. */
  @Benchmark
  public Optional<Selection<RuleConfig>> match() {
    return policy.select(image, Optional.of("shop"));
  }

  /** One P-256 signature over 1,000 bytes. */
  @Benchmark
  public boolean verify() {
    if (!verifier.verify(key.orElseThrow(), SignatureScheme.ECDSA_SHA256, message, signature)) {
      throw new IllegalStateException("a good signature does not verify");
    }
    return true;
  }

  /** A whole review whose image is remembered: parse, match, decide, patch, answer. */
  @Benchmark
  public ReviewAnswer patch() {
    return decide();
  }

  /** The record of a decision as one line. */
  @Benchmark
  public String record() {
    return DecisionRecord.line(decision.orElseThrow());
  }

  private ReviewAnswer.Answered decide() {
    return (ReviewAnswer.Answered)
        assayer.review(review, Deadline.after(BUDGET), "mutate", "anonymous");
  }

  private static String rules() {
    StringBuilder rules = new StringBuilder("policy:\n  - {pattern: '*:*'}\n");
    for (int i = 1; i < RULES; i++) {
      rules.append("  - {pattern: 'registry.example.com/team-").append(i).append("/*:*'}\n");
    }
    return rules.toString();
  }

  private static Config config(String rules) {
    String yaml =
        "apiVersion: assayer.dev/v1\nvalidators: [{name: default, type: static, approve: true}]\n";
    if (new ConfigLoader().load(yaml + rules, Path.of("/nowhere"), "bench")
        instanceof LoadResult.Loaded loaded) {
      return loaded.config();
    }
    throw new IllegalStateException("the benchmark's own configuration was refused");
  }

  private static ImageReference reference(String text) {
    return ((ReferenceResult.Valid) ImageReference.parse(text)).reference();
  }

  /** Says at once what a validator says that has the answer in memory. */
  private static final class Remembering implements Validator {
    private static final Digest DIGEST =
        reference("a@sha256:" + "a1".repeat(32)).digest().orElseThrow();
    private static final ValidationResult TRUSTED =
        new ValidationResult.Trusted(
            DIGEST,
            List.of(),
            new TrustFacts(List.of("default"), List.of(), "memory", Optional.empty(), false),
            List.of());

    @Override
    public ValidatorRef ref() {
      return new ValidatorRef("default", "notaryV1", "notary.example.com");
    }

    @Override
    public ValidationResult validate(
        ValidationRequest request, dev.assayer.decision.StageLog stages, Deadline deadline) {
      return TRUSTED;
    }
  }
}
