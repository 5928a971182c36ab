package dev.assayer.page;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.Signer;
import dev.assayer.decision.Stage;
import dev.assayer.decision.Timing;
import dev.assayer.decision.TraceRef;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.decision.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decisions as a quiet cluster with a few troubles makes them. */
public final class PageDecisions {
  public static final String NOTARY = "notary.example.com";
  public static final String TOKEN = "auth.example.com";
  public static final String APP = "registry.example.com/shop/checkout:2.14.1";
  private static final String DIGEST = "sha256:" + "7d41c0a5e29b".repeat(5) + "0f3a";
  private static final List<String> REPOSITORIES =
      List.of(
          "shop/checkout:2.14.1",
          "shop/cart:8.0.3",
          "pay/ledger:1.9",
          "pay/gateway:3.2.0",
          "web/front:2026.11",
          "ops/backup:0.7");

  private PageDecisions() {}

  /** A record id of this number. */
  public static String id(int number) {
    return "0193a5c2-%04x-7e11-9c04-5d2f6a%06x".formatted(number, number * 7919 % 0xffffff);
  }

  /** Some dozen decisions up to now, oldest first; the last four are worth opening. */
  public static List<Decision> day(Instant now) {
    List<Decision> day = new ArrayList<>();
    for (int i = 0; i < 44; i++) {
      Instant at = now.minusSeconds(900 - 20L * i).minusMillis(i * 137L % 900);
      String name = "registry.example.com/" + REPOSITORIES.get(i * 5 % REPOSITORIES.size());
      day.add(
          switch (i % 11) {
            case 3 -> exempt(i, at);
            case 6 -> nothing(i, at);
            case 8 -> unsigned(i, at, i % 2 == 0 ? Mode.ENFORCE : Mode.AUDIT);
            default -> verified(i, at, name);
          });
    }
    day.add(verified(50, now.minusSeconds(14), APP));
    day.add(disagree(51, now.minusSeconds(9)));
    day.add(several(52, now.minusSeconds(6)));
    day.add(timeout(53, now.minusSeconds(2)));
    return day;
  }

  /** One image that verified, asked anew. */
  public static Decision verified(int number, Instant at, String image) {
    List<Stage> own = new ArrayList<>(parse(0));
    own.add(stage("response.encode", "", 91.3, 0.4, "982 bytes"));
    return decision(
        number,
        at,
        new Shape(Reason.SIGNATURE_VALID, Mode.ENFORCE, 92, ""),
        own,
        List.of(proven(image, at)));
  }

  /** A Notary that does not answer in time. */
  public static Decision timeout(int number, Instant at) {
    List<Stage> own = new ArrayList<>(parse(3));
    own.add(stage("response.encode", "", 9501.2, 0.3, "744 bytes"));
    List<Stage> stages =
        List.of(
            stage("token", TOKEN, 3.4, 610.2, "200"),
            new Stage(
                "timestamp",
                Optional.of(NOTARY),
                millis(613.9),
                millis(8886.4),
                true,
                Optional.empty()));
    return decision(
        number,
        at,
        new Shape(Reason.UPSTREAM_TIMEOUT, Mode.ENFORCE, 9502, ""),
        own,
        List.of(
            image(
                APP,
                Reason.UPSTREAM_TIMEOUT,
                NOTARY
                    + " did not answer GET timestamp.json within 8.9 s (budget 9.5 s: token 610"
                    + " ms, timestamp 8886 ms)",
                Optional.empty(),
                stages)));
  }

  private static Decision disagree(int number, Instant at) {
    List<Stage> own = new ArrayList<>(parse(0));
    own.add(stage("response.encode", "", 61.3, 0.4, "1203 bytes"));
    String name = "registry.example.com/pay/ledger:2.0";
    return decision(
        number,
        at,
        new Shape(Reason.DELEGATIONS_DISAGREE, Mode.ENFORCE, 62, ""),
        own,
        List.of(
            image(
                name,
                Reason.DELEGATIONS_DISAGREE,
                "targets/lou signed sha256:7d41c0a5e29b… and targets/max sha256:c02255e1aa90…",
                Optional.of(trust(at, 64, List.of("targets/lou", "targets/max"))),
                fetches(0.6, 0.66))));
  }

  private static Decision several(int number, Instant at) {
    List<Stage> own = new ArrayList<>(parse(0));
    own.add(stage("patch.build", "", 96.1, 0.2, "1 operation"));
    own.add(stage("response.encode", "", 96.3, 0.4, "1320 bytes"));
    return decision(
        number,
        at,
        new Shape(Reason.TAG_NOT_SIGNED, Mode.ENFORCE, 97, ""),
        own,
        List.of(
            proven(APP, at),
            image(
                "registry.example.com/shop/proxy:dev",
                Reason.TAG_NOT_SIGNED,
                "targets/releases of registry.example.com/shop/proxy has not signed the tag dev",
                Optional.of(trust(at, 64, List.of("targets/releases"))),
                fetches(0.4, 0.5)),
            image(
                "registry.k8s.io/pause:3.10",
                Reason.POLICY_EXEMPT,
                "policy[1] has verify: false",
                Optional.empty(),
                List.of())));
  }

  private static Decision exempt(int number, Instant at) {
    return decision(
        number,
        at,
        new Shape(Reason.POLICY_EXEMPT, Mode.ENFORCE, 1, ""),
        parse(0),
        List.of(
            image(
                "registry.k8s.io/coredns/coredns:v1.12.1",
                Reason.POLICY_EXEMPT,
                "policy[1] has verify: false",
                Optional.empty(),
                List.of())));
  }

  private static Decision nothing(int number, Instant at) {
    return decision(
        number,
        at,
        new Shape(Reason.BEING_DELETED, Mode.ENFORCE, 0, "the object is being deleted"),
        parse(0),
        List.of());
  }

  private static Decision unsigned(int number, Instant at, Mode mode) {
    return decision(
        number,
        at,
        new Shape(Reason.NO_TRUST_DATA, mode, 31, ""),
        parse(0),
        List.of(
            image(
                "registry.example.com/web/experiment:latest",
                Reason.NO_TRUST_DATA,
                NOTARY + " knows no trust data of registry.example.com/web/experiment",
                Optional.empty(),
                List.of(stage("root", NOTARY, 1.2, 28.6, "404")))));
  }

  /** A decision with these texts wherever anybody from outside can write some. */
  public static Decision hostile(int number, Instant at, String text) {
    Decision plain = timeout(number, at);
    ImageDecision image =
        image(
            text,
            Reason.REFERENCE_INVALID,
            text,
            Optional.empty(),
            List.of(stage(text, text, 0.1, 0.2, text)));
    Decision.Request request =
        new Decision.Request(
            text,
            text,
            "mutate",
            text,
            text,
            text,
            text,
            text,
            Optional.of(Decision.Owner.claimed(text, text, text, text)),
            true,
            text,
            List.of(text, text));
    return new Decision(
        plain.recordId(),
        at,
        number,
        plain.budget(),
        plain.took(),
        plain.service(),
        request,
        Outcome.DENIED,
        Verdict.REJECTED,
        Reason.REFERENCE_INVALID,
        text,
        Mode.ENFORCE,
        plain.policyDigest(),
        plain.trustRootDigest(),
        1,
        plain.trace(),
        plain.stages(),
        List.of(image));
  }

  private record Shape(Reason reason, Mode mode, long millis, String detail) {}

  private static Decision decision(
      int number, Instant at, Shape shape, List<Stage> own, List<ImageDecision> images) {
    boolean denied = shape.mode() == Mode.ENFORCE && !shape.reason().verdict().admits();
    String namespace = List.of("shop", "pay", "web", "shop", "ops").get(number % 5);
    return new Decision(
        id(number),
        at,
        number,
        Duration.ofMillis(9500),
        Duration.ofMillis(shape.millis()).plusNanos(number * 7_310L + 210_000),
        new Decision.Service("0.1.0", "staging-eu", "assayer-6f9c7d5b4-x2v8k"),
        new Decision.Request(
            "4f6c1f0e-8a40-4b32-9d5b-%012x".formatted(number),
            "CN=kube-apiserver",
            "mutate",
            number % 7 == 0 ? "UPDATE" : "CREATE",
            "v1",
            number % 3 == 0 ? "Deployment" : "Pod",
            namespace,
            "checkout-7c9d8bf6d"
                + (number % 3 == 0 ? "" : "-" + (char) ('a' + number % 26) + "x2q"),
            number % 3 == 0
                ? Optional.empty()
                : Optional.of(
                    Decision.Owner.claimed("apps/v1", "ReplicaSet", "checkout-7c9d8bf6d", "u")),
            false,
            "system:serviceaccount:argocd:deployer",
            List.of("system:serviceaccounts", "system:authenticated")),
        denied ? Outcome.DENIED : Outcome.ALLOWED,
        shape.reason().verdict(),
        shape.reason(),
        shape.detail(),
        shape.mode(),
        "sha256:" + "ab41".repeat(16),
        "sha256:" + "cd07".repeat(16),
        3,
        Optional.of(new TraceRef("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")),
        own,
        images);
  }

  private static ImageDecision proven(String name, Instant at) {
    return image(
        name,
        Reason.SIGNATURE_VALID,
        "signed by targets/releases",
        Optional.of(trust(at, 5 + name.length() * 37 % 120, List.of("targets/releases"))),
        fetches(0.4, 1.0));
  }

  private static ImageDecision image(
      String name, Reason reason, String detail, Optional<TrustFacts> trust, List<Stage> stages) {
    boolean verified = reason == Reason.SIGNATURE_VALID;
    return new ImageDecision(
        "main",
        "container",
        name,
        Optional.of(name),
        verified ? Optional.of(DIGEST) : Optional.empty(),
        verified,
        Optional.of(
            reason == Reason.POLICY_EXEMPT
                ? new RuleRef(1, "registry.k8s.io/*:*", List.of("*:*"))
                : new RuleRef(2, "registry.example.com/*:*", List.of("*:*"))),
        reason == Reason.POLICY_EXEMPT
            ? List.of()
            : List.of(new ValidatorRef("default", "notaryV1", NOTARY)),
        reason.verdict(),
        reason,
        Mode.ENFORCE,
        detail,
        verified
            ? List.of(new Signer("targets/releases", "91bc40de".repeat(8), "ecdsa-p256", false))
            : List.of(),
        trust,
        stages.isEmpty()
            ? Optional.empty()
            : Optional.of(new Timing(millis(0.4), millis(90), false)),
        stages,
        List.of(),
        List.of());
  }

  private static TrustFacts trust(Instant at, int days, List<String> delegations) {
    List<RoleTrust> chain =
        new ArrayList<>(
            List.of(
                role("root", 3, at.plus(Duration.ofDays(3285)), 1, "3fa4d1e0"),
                role("timestamp", 4182, at.plus(Duration.ofHours(31)), 1, "77aa01c2"),
                role("snapshot", 118, at.plus(Duration.ofDays(812)), 1, "5e0c22f9"),
                role("targets", 96, at.plus(Duration.ofDays(812)), 1, "c4410b7d")));
    delegations.forEach(each ->
        chain.add(role(each, 40 + each.length(), at.plus(Duration.ofDays(days)), 1, "91bc40de")));
    return new TrustFacts(List.of("acme-2024"), chain, "fresh", Optional.empty(), false);
  }

  private static RoleTrust role(String name, long version, Instant expires, int need, String key) {
    return new RoleTrust(
        name,
        version,
        expires,
        need,
        List.of(key.repeat(8)),
        (key.substring(4) + "e1d2").repeat(8));
  }

  private static List<Stage> fetches(double start, double slow) {
    return Stream.of(
            stage("queue", "", start, 0.2, ""),
            stage("token", TOKEN, start + 0.3, 24.1 * slow, "200"),
            stage("timestamp", NOTARY, start + 24.6 * slow, 31.8 * slow, "200"),
            stage("snapshot", NOTARY, start + 24.7 * slow, 38.2 * slow, "200"),
            stage("targets", NOTARY, start + 24.8 * slow, 52.9 * slow, "200"),
            stage("targets/releases", NOTARY, start + 78.1 * slow, 9.6 * slow, "200"),
            stage("verify", "", start + 87.9 * slow, 1.6 * slow, "5 signatures"))
        .toList();
  }

  private static List<Stage> parse(double start) {
    return List.of(stage("review.parse", "", start, 0.3, "2314 bytes"));
  }

  private static Stage stage(String name, String host, double start, double took, String note) {
    return new Stage(
        name,
        Optional.of(host).filter(text -> !text.isEmpty()),
        millis(start),
        millis(took),
        false,
        Optional.of(note).filter(text -> !text.isEmpty()));
  }

  private static Duration millis(double millis) {
    return Duration.ofNanos(Math.round(millis * 1e6));
  }
}
