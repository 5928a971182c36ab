package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import dev.assayer.testing.NeedsControlPlane;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DenialEventsTest {
  private final FakeApi fake = new FakeApi().answering(200, "{\"metadata\":{\"uid\":\"u-1\"}}");
  private final Observed observed = new Observed();
  private final AtomicLong now = new AtomicLong();
  private final KubeApi api = KubeApi.open(fake.access(), observed);
  private final DenialEvents events = new DenialEvents(api, observed, "assayer-0", now::get);

  @AfterEach
  void close() {
    events.close();
    api.close();
    fake.close();
  }

  static Decision denied(String namespace, Optional<String> owner) {
    return decision(namespace, owner, "CREATE", Outcome.DENIED, false);
  }

  static Decision decision(
      String namespace, Optional<String> owner, String operation, Outcome outcome, boolean dryRun) {
    return new Decision(
        "0193-record",
        Instant.parse("2026-11-22T09:00:00Z"),
        1,
        Duration.ofSeconds(9),
        Duration.ofMillis(3),
        new Decision.Service("1", "c", "assayer-0"),
        new Decision.Request(
            "uid",
            "anonymous",
            "mutate",
            operation,
            "apps/v1",
            "Deployment",
            namespace,
            "web",
            owner.map(DenialEventsTest::owner),
            dryRun,
            "u",
            List.of()),
        outcome,
        outcome == Outcome.DENIED ? Verdict.REJECTED : Verdict.VERIFIED,
        outcome == Outcome.DENIED ? Reason.UNSIGNED : Reason.SIGNATURE_VALID,
        "nobody signed it\n{\"forged\":true}",
        Mode.ENFORCE,
        "p",
        "t",
        1,
        Optional.empty(),
        List.of(),
        List.of());
  }

  private static Decision.Owner owner(String kindAndName) {
    String[] parts = kindAndName.split("/", 2);
    return Decision.Owner.claimed("apps/v1", parts[0], parts[1], "");
  }

  private void told(Decision decision) {
    events.accept(decision);
    events.drain();
  }

  @Test
  void theOwnerOfADeniedPodGetsAnEventOnceInFiveMinutes() {
    told(denied("shop", Optional.of("ReplicaSet/web-1")));
    told(denied("shop", Optional.of("ReplicaSet/web-1")));
    assertThat(fake.requests)
        .containsExactly(
            "GET /apis/apps/v1/namespaces/shop/replicasets/web-1",
            "POST /api/v1/namespaces/shop/events");
    assertThat(observed.events).containsExactly("sent", "repeated");

    now.addAndGet(Duration.ofMinutes(6).toNanos());
    told(denied("shop", Optional.of("ReplicaSet/web-1")));
    assertThat(observed.events).containsExactly("sent", "repeated", "sent");
  }

  @Test
  void whatPeopleAreToldByTheApiServerIsNoEvent() {
    told(denied("shop", Optional.empty()));
    told(decision("shop", Optional.of("ReplicaSet/a"), "CREATE", Outcome.ALLOWED, false));
    told(decision("shop", Optional.of("ReplicaSet/a"), "CREATE", Outcome.DENIED, true));
    told(denied("shop", Optional.of("Widget/a")));
    told(denied("", Optional.of("ReplicaSet/a")));
    assertThat(fake.requests).isEmpty();
    told(decision("shop", Optional.empty(), "UPDATE", Outcome.DENIED, false));
    assertThat(fake.requests).contains("GET /apis/apps/v1/namespaces/shop/deployments/web");
  }

  @Test
  void anOwnerThatIsOnlyClaimedGetsNothing() {
    fake.answering(404, "{}");
    told(denied("shop", Optional.of("ReplicaSet/none")));
    assertThat(fake.requests).hasSize(1);
    assertThat(observed.events).containsExactly("failed");
  }

  @Test
  void aStormOfDenialsNeverWaitsAndIsCutToTheRate() {
    for (int i = 0; i < 1000; i++) {
      events.accept(denied("shop", Optional.of("ReplicaSet/web-" + i)));
    }
    assertThat(Collections.frequency(observed.events, "dropped")).isEqualTo(1000 - 256);
    events.drain();
    assertThat(Collections.frequency(observed.events, "sent")).isEqualTo(20);
    now.addAndGet(Duration.ofSeconds(3).toNanos());
    for (int i = 2000; i < 2010; i++) {
      told(denied("shop", Optional.of("ReplicaSet/web-" + i)));
    }
    assertThat(Collections.frequency(observed.events, "sent")).isEqualTo(23);
  }

  @Test
  @NeedsControlPlane
  void theEventStandsOnTheRealOwnerAndHoldsNoLineOfTheAttacker() {
    ClusterRig rig = new ClusterRig();
    rig.plane()
        .apply(
            """
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata: {name: web-1, namespace: %s}
            spec:
              replicas: 1
              selector: {matchLabels: {a: b}}
              template:
                metadata: {labels: {a: b}}
                spec: {containers: [{name: c, image: x}]}
            """
                .formatted(rig.namespace()));
    DenialEvents real =
        new DenialEvents(rig.api(rig.release()), observed, "assayer-0", System::nanoTime);
    real.accept(denied(rig.namespace(), Optional.of("ReplicaSet/web-1")));
    real.drain();

    assertThat(observed.events).containsExactly("sent");
    String shown =
        rig.plane().kubectl("", "describe", "replicaset", "web-1", "-n", rig.namespace());
    assertThat(shown)
        .contains("ImageDenied")
        .contains("assayer: denied [unsigned] nobody signed it?{\"forged\":true}. Record 0193");
  }
}
