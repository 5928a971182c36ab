package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.admission.ReviewAnswer;
import dev.assayer.config.Config;
import dev.assayer.config.NotaryV1Config;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Signer;
import dev.assayer.decision.Verdict;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.samples.TufRole;
import dev.assayer.time.Deadline;
import dev.assayer.validation.notary.NotaryOptions;
import dev.assayer.validation.notary.NotaryValidator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TrustBoardTest {
  private final AtomicLong late = new AtomicLong();
  private final InstantSource clock = () -> Instant.now().plusSeconds(late.addAndGet(2));
  private final TrustBoard board = new TrustBoard(clock, "replica-0");

  private static Decision decide(Assayer assayer, String... images) {
    Decision last = null;
    for (String image : images) {
      ReviewAnswer answer =
          assayer.review(
              SelfTestReview.of(image, "uid"),
              Deadline.after(Duration.ofSeconds(9)),
              "mutate",
              "anonymous");
      last = ((ReviewAnswer.Answered) answer).decision();
    }
    return java.util.Objects.requireNonNull(last);
  }

  private static Assayer assayer(SignedRepository repository, String rules) {
    String pem =
        repository
            .pinnedRootPem()
            .strip()
            .lines()
            .map(line -> " ".repeat(10) + line + "\n")
            .collect(Collectors.joining());
    Config config =
        HealthRig.config(
            "validators:\n  - name: default\n    type: notaryV1\n    host: notary.example\n"
                + "    trustRoots:\n      - name: default\n        key: |\n"
                + pem
                + "policy:\n"
                + rules);
    Environment environment = HealthRig.environment();
    return new Assayer(
        config,
        environment,
        Map.of(
            "default",
            NotaryValidator.open(
                (NotaryV1Config) config.validators().getFirst(),
                new SampleUpstream("notary.example", repository),
                environment.state(),
                SignatureVerifier.create(),
                new NotaryOptions(Duration.ZERO, Set.of(), 1 << 20))));
  }

  private List<JsonObject> repositories() {
    return objects(HealthRig.object(board.page().json()), "repositories");
  }

  private static List<JsonObject> objects(JsonObject parent, String name) {
    return parent.get(name).flatMap(Json::asArray).map(JsonArray::values).orElseThrow().stream()
        .map(value -> value.asObject().orElseThrow())
        .toList();
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asString).orElseThrow();
  }

  private List<String> roles() {
    return objects(repositories().getFirst(), "roles").stream()
        .map(role -> text(role, "role"))
        .toList();
  }

  @Test
  void whatVerifiedStandsThereWithItsChainAndWhatDidNotDoesNot() {
    SelfTestWorld world = SelfTestWorld.create(InstantSource.system(), "test", "replica");
    for (SelfTestCase one : SelfTestCase.values()) {
      board.accept(decide(world.assayer(), one.image()));
    }
    assertThat(repositories()).hasSize(1);
    JsonObject only = repositories().getFirst();
    assertThat(text(only, "repository")).isEqualTo("selftest.assayer.invalid/good");
    assertThat(text(only, "upstream")).isEqualTo("selftest.assayer.invalid");
    assertThat(text(only, "validator")).isEqualTo("good");
    assertThat(text(only, "freshness")).isEqualTo("fresh");
    assertThat(roles()).containsExactly("root", "timestamp", "snapshot", "targets");
    JsonObject root = objects(only, "roles").getFirst();
    assertThat(root.get("version").orElseThrow().asLong()).hasValue(1);
    assertThat(root.get("signers").flatMap(Json::asArray).orElseThrow().values())
        .hasSize(1)
        .allMatch(id -> id.asString().orElseThrow().matches("[0-9a-f]{12}"));
    assertThat(Instant.parse(text(root, "expires"))).isAfter(Instant.now());
  }

  @Test
  void delegationsOfDifferentRulesStandTogetherUntilANewSnapshotComes() {
    SignedRepository repository = SignedRepository.create("docker.io/acme/app");
    String digest = "sha256:" + "ab".repeat(32);
    for (String name : List.of("lou", "max")) {
      var _ =
          repository
              .delegate("targets/" + name, TufKey.bare(KeyKind.ECDSA_P256))
              .target("1", digest, 9)
              .target("2", digest, 9);
    }
    repository.publish();
    try (Assayer assayer =
        assayer(
            repository,
            """
              - {pattern: "docker.io/acme/app:1", delegations: [lou]}
              - {pattern: "docker.io/acme/app:2", delegations: [max]}
            """)) {
      board.accept(decide(assayer, "docker.io/acme/app:1"));
      assertThat(roles()).contains("targets/lou").doesNotContain("targets/max");
      board.accept(decide(assayer, "docker.io/acme/app:2"));
      assertThat(roles())
          .containsExactly(
              "root", "timestamp", "snapshot", "targets", "targets/lou", "targets/max");
      repository.targets().target("3", digest, 9);
      repository.publish();
      board.accept(decide(assayer, "docker.io/acme/app:2"));
      assertThat(roles()).contains("targets/max").doesNotContain("targets/lou");
      assertThat(repositories()).hasSize(1);
    }
  }

  @Test
  @DisplayName("OPS-23 a first valid signature with a new delegation key is admitted and flagged")
  void aNewDelegationKeyIsFlagged() {
    SignedRepository repository = SignedRepository.create("docker.io/acme/app");
    String digest = "sha256:" + "ab".repeat(32);
    TufRole lou = repository.delegate("targets/lou", TufKey.bare(KeyKind.ECDSA_P256));
    var _ = lou.target("1", digest, 9);
    repository.publish();
    try (Assayer assayer =
        assayer(repository, "  - {pattern: \"docker.io/acme/app:*\", delegations: [lou]}\n")) {
      assertThat(decide(assayer, "docker.io/acme/app:1").images().getFirst().signers())
          .hasSize(1)
          .noneMatch(Signer::firstSeen);
      var _ = lou.keys(TufKey.bare(KeyKind.ECDSA_P256));
      repository.publish();
      Decision decision = decide(assayer, "docker.io/acme/app:1");
      assertThat(decision.verdict()).isEqualTo(Verdict.VERIFIED);
      assertThat(decision.images().getFirst().signers()).hasSize(1).allMatch(Signer::firstSeen);
      board.accept(decision);
      assertThat(roles()).contains("targets/lou");
    }
  }

  @Test
  void ofTooManyTheOneNotVerifiedForLongestGoes() {
    TrustBoard small = new TrustBoard(clock, "replica-0", 2);
    for (String name : List.of("a", "b", "a", "c")) {
      SignedRepository repository = SignedRepository.create("docker.io/acme/" + name);
      repository.targets().target("1", "sha256:" + "ab".repeat(32), 9);
      repository.publish();
      try (Assayer assayer = assayer(repository, "  - {pattern: \"*:*\"}\n")) {
        small.accept(decide(assayer, "docker.io/acme/" + name + ":1"));
      }
    }
    assertThat(objects(HealthRig.object(small.page().json()), "repositories"))
        .extracting(one -> text(one, "repository"))
        .containsExactly("docker.io/acme/a", "docker.io/acme/c");
  }
}
