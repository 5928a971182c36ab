package dev.assayer.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.admission.ReviewAnswer;
import dev.assayer.audit.DecisionRecord;
import dev.assayer.audit.LogRecords;
import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.config.ValidatorConfig;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.time.Deadline;
import dev.assayer.validation.Validator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What a replay says is what the other configuration does: it is asked the same in the same world.
 */
class ReplayTest {
  private static final String DIGEST = ReplayWorld.DIGEST;
  private static final String KEY_A = ReplayWorld.KEY;
  private static final String KEY_B = "bb".repeat(32);
  private static final String PEM = pem();
  private static final String OTHER_PEM = pem();

  private static final List<String> IMAGES =
      List.of(
          "r.example/plain/x:1",
          "r.example/plain/y:1",
          "r.example/ab/x:1",
          "r.example/a/x:1",
          "r.example/none/x:1",
          "r.example/unknown/x:1",
          "r.example/down/x:1",
          "r.example/ab/y:1@" + DIGEST,
          "other.example/z:1",
          "Not An Image");

  private static String pem() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      byte[] spki = generator.generateKeyPair().getPublic().getEncoded();
      return "-----BEGIN PUBLIC KEY-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(spki)
          + "\n-----END PUBLIC KEY-----\n";
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String validators(String pem) {
    return """
    validators:
      - name: one
        type: notaryV1
        host: one.example
        trustRoots:
          - name: default
            key: |
    %s
      - name: two
        type: notaryV1
        host: two.example
        trustRoots:
          - name: default
            key: |
    %s
      - {name: yes, type: static, approve: true}
      - {name: no, type: static, approve: false}
    """
        .formatted(pem.indent(10), pem.indent(10));
  }

  private static Config config(String yaml) {
    String whole = "apiVersion: assayer.dev/v1\ncluster: test\n" + yaml;
    LoadResult result = new ConfigLoader().load(whole, Path.of("."), "assayer.yaml");
    assertThat(result).as(whole + result).isInstanceOf(LoadResult.Loaded.class);
    return ((LoadResult.Loaded) result).config();
  }

  private static Config policy(String rules) {
    return config(validators(PEM) + "policy:\n" + rules.indent(2));
  }

  private static Assayer assayer(Config config) {
    Map<String, Validator> validators = new LinkedHashMap<>();
    for (ValidatorConfig one : config.validators()) {
      validators.put(
          one.name(),
          new ReplayWorld(
              one.name(),
              one.type(),
              one.type().equals("static") ? "-" : one.name() + ".example",
              one.name().equals("yes"),
              config));
    }
    return new Assayer(
        config, new Environment(InstantSource.system(), "0.1.0", "assayer-0", 1), validators);
  }

  /** What is decided of all images in two namespaces, in pods and at both endpoints. */
  private static List<Decision> decisions(Config config) {
    List<Decision> decisions = new ArrayList<>();
    try (Assayer assayer = assayer(config)) {
      for (String endpoint : List.of("mutate", "validate")) {
        for (String namespace : List.of("shop", "team-a")) {
          for (int i = 0; i < IMAGES.size(); i++) {
            String second = i % 3 == 0 ? IMAGES.get((i + 1) % IMAGES.size()) : IMAGES.get(i);
            decisions.add(decide(assayer, endpoint, namespace, IMAGES.get(i), second, "Pod"));
          }
          decisions.add(decide(assayer, endpoint, namespace, IMAGES.get(0), IMAGES.get(0), "Own"));
        }
      }
    }
    return decisions;
  }

  private static Decision decide(
      Assayer assayer,
      String endpoint,
      String namespace,
      String image,
      String second,
      String kind) {
    boolean pod = kind.equals("Pod");
    String spec =
        "{\"containers\":[{\"name\":\"c\",\"image\":\"%s\"},{\"name\":\"d\",\"image\":\"%s\"}]}"
            .formatted(image, second);
    String body =
        """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u",
        "kind":{"group":"%s","version":"v1","kind":"%s"},"operation":"CREATE","namespace":"%s",
        "name":"p","userInfo":{"username":"dana"},"object":{"metadata":{"name":"p"},
        "spec":%s}}}
        """
            .formatted(
                pod ? "" : "own.example",
                kind,
                namespace,
                pod ? spec : "{\"template\":{\"spec\":" + spec + "}}");
    ReviewAnswer answer =
        assayer.review(
            body.getBytes(StandardCharsets.UTF_8),
            Deadline.after(Duration.ofSeconds(20)),
            endpoint,
            "anonymous");
    return ((ReviewAnswer.Answered) answer).decision();
  }

  private static LogRecords.Found found(Decision decision) {
    return new LogRecords.Found(0, DecisionRecord.of(decision), false);
  }

  private static List<Flip> flips(Config before, Config after) {
    Replay replay = new Replay(after);
    return decisions(before).stream().flatMap(one -> replay.of(found(one)).stream()).toList();
  }

  /** The replayed flip is what happens; says how many were known. */
  private static Map<String, Integer> exact(Config before, Config after, String what) {
    List<Decision> were = decisions(before);
    List<Decision> are = decisions(after);
    Replay replay = new Replay(after);
    Map<String, Integer> told = new HashMap<>();
    for (int i = 0; i < were.size(); i++) {
      Decision was = were.get(i);
      Decision is = are.get(i);
      Optional<Flip> flip = replay.of(found(was));
      String kind = flip.map(one -> one.kind().code()).orElse("none");
      told.merge(kind, 1, Integer::sum);
      String happens =
          was.outcome() != is.outcome()
              ? is.outcome() == Outcome.DENIED ? "admit_to_deny" : "deny_to_admit"
              : "none";
      if (!kind.equals("unknown")) {
        boolean observed = kind.startsWith("would_");
        // A final object is as the mutating call left it, which here nobody rewrote.
        boolean unpinned = !loose(is).equals(loose(was));
        if (!unpinned) {
          assertThat(observed ? "none" : kind)
              .as("%s%n%s%n%s", what, DecisionRecord.line(was), DecisionRecord.line(is))
              .isEqualTo(happens);
        }
      }
    }
    return told;
  }

  private static List<Boolean> loose(Decision decision) {
    return decision.images().stream().map(one -> one.reason() == Reason.NOT_PINNED).toList();
  }

  private static String rules(Random random) {
    StringBuilder rules = new StringBuilder();
    List<String> patterns =
        List.of("*:*", "r.example/*:*", "r.example/ab/*:*", "r.example/a/x:1", "other.example/*:*");
    for (String pattern : patterns) {
      if (random.nextInt(4) == 0) {
        continue;
      }
      List<String> asks =
          List.of(
              "verify: false",
              "validator: one",
              "validator: one",
              "validator: two",
              "validator: yes",
              "validator: no",
              "{D}",
              "{D}",
              "allOf: [one, yes]",
              "allOf: [one, two]",
              "anyOf: [one, no]",
              "anyOf: [two, yes]");
      List<String> delegations =
          List.of(
              "[a]", "[b]", "[a, b]", "[a, b], threshold: 1", "[b, c]", "[a, b, c], threshold: 2");
      String ask =
          asks.get(random.nextInt(asks.size()))
              .replace(
                  "{D}",
                  "validator: one, delegations: "
                      + delegations.get(random.nextInt(delegations.size())));
      String mode = List.of("enforce", "enforce", "audit", "warn").get(random.nextInt(4));
      String only = random.nextInt(5) == 0 ? ", namespaces: [\"team-*\"]" : "";
      rules.append("- {pattern: \"%s\", %s, mode: %s%s}%n".formatted(pattern, ask, mode, only));
    }
    return rules.isEmpty() ? "- {pattern: \"*:*\", validator: one}\n" : rules.toString();
  }

  private static String head(Random random) {
    return (random.nextInt(6) == 0 ? "detectionMode: true\n" : "")
        + (random.nextInt(4) == 0 ? "revoked: {digests: [\"" + DIGEST + "\"]}\n" : "")
        + (random.nextInt(4) == 0 ? "mutation: none\n" : "")
        + (random.nextInt(3) == 0 ? "unknownKinds: exempt\n" : "");
  }

  @Test
  void theSameConfigurationInOtherWordsFlipsNothing() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      String text = head(random) + validators(PEM) + "policy:\n" + rules(random).indent(2);
      Config before = config(text);
      Config after = config("# said otherwise\n" + text);
      assertThat(after.policyDigest()).isNotEqualTo(before.policyDigest());
      assertThat(flips(before, after)).as(text).isEmpty();
    }
  }

  @Test
  void whateverTwoConfigurationsSayTheReplayTellsWhatHappens() {
    Map<String, Integer> told = new HashMap<>();
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(1000L + seed);
      String one = head(random) + validators(PEM) + "policy:\n" + rules(random).indent(2);
      String other = head(random) + validators(PEM) + "policy:\n" + rules(random).indent(2);
      exact(config(one), config(other), one + "\n---\n" + other)
          .forEach((kind, count) -> told.merge(kind, count, Integer::sum));
    }
    int all = told.values().stream().mapToInt(Integer::intValue).sum();
    assertThat(told.getOrDefault("unknown", 0)).as("%s", told).isLessThan(all / 4);
    assertThat(told).containsKeys("admit_to_deny", "deny_to_admit", "would_deny", "would_admit");
  }

  @Test
  void aRuleThatAsksForFewerSignersIsJudgedByThoseRecordedAndOneThatAsksForMoreIsUnknown() {
    Config both = policy("- {pattern: \"*:*\", validator: one, delegations: [a, b]}");
    Config one = policy("- {pattern: \"*:*\", validator: one, delegations: [a]}");
    assertThat(exact(both, one, "fewer").keySet()).containsOnly("none", "unknown");
    assertThat(flips(both, one))
        .noneMatch(flip -> flip.image().contains("/ab/") || flip.image().contains("/down/"))
        .anyMatch(flip -> flip.image().contains("/a/") && flip.kind() == Flip.Kind.UNKNOWN);
    assertThat(flips(one, both))
        .anyMatch(flip -> flip.image().contains("/ab/") && flip.kind() == Flip.Kind.UNKNOWN);
  }

  @Test
  void anotherServerOrTrustRootIsUnknownAndSaysWhy() {
    Config before = policy("- {pattern: \"*:*\", validator: one}");
    assertThat(flips(before, policy("- {pattern: \"*:*\", validator: two}")))
        .filteredOn(flip -> flip.image().contains("plain"))
        .isNotEmpty()
        .allSatisfy(flip -> {
          assertThat(flip.kind()).isEqualTo(Flip.Kind.UNKNOWN);
          assertThat(flip.why()).contains("two.example");
        });
    Config pinned =
        config(validators(OTHER_PEM) + "policy: [{pattern: \"*:*\", validator: one}]\n");
    assertThat(flips(before, pinned))
        .filteredOn(flip -> flip.image().contains("plain"))
        .isNotEmpty()
        .allSatisfy(flip -> assertThat(flip.why()).contains("trust roots"));
  }

  @Test
  void aKeyThatIsRevokedTakesWhatItAloneSigned() {
    String rules = "policy: [{pattern: \"*:*\", validator: one}]\n";
    Config before = config(validators(PEM) + rules);
    Config revoked = config("revoked: {keyIds: [" + KEY_A + "]}\n" + validators(PEM) + rules);
    Config another = config("revoked: {keyIds: [" + KEY_B + "]}\n" + validators(PEM) + rules);
    assertThat(flips(before, revoked))
        .isNotEmpty()
        .allSatisfy(flip -> {
          assertThat(flip.kind()).isEqualTo(Flip.Kind.ADMIT_TO_DENY);
          assertThat(flip.becomes()).isEqualTo("denied rejected key_not_trusted");
        });
    assertThat(flips(before, another)).isEmpty();
    assertThat(flips(revoked, before))
        .allSatisfy(flip -> assertThat(flip.kind()).isEqualTo(Flip.Kind.UNKNOWN));
  }

  @Test
  void namespacesOfAnotherScopeAreUnknownUnlessAdmittedAnyway() {
    String rules =
        "policy: [{pattern: \"*:*\", validator: no}, {pattern: \"r.example/*:*\", verify: false}]\n";
    Config before = config(validators(PEM) + rules);
    Config after = config("namespaces: {mode: validate}\n" + validators(PEM) + rules);
    assertThat(flips(before, after))
        .isNotEmpty()
        .allSatisfy(flip -> {
          assertThat(flip.kind()).isEqualTo(Flip.Kind.UNKNOWN);
          assertThat(flip.why()).contains("labels");
        });
  }
}
