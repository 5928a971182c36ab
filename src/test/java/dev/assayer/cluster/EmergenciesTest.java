package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cluster.EmergencySource.BreakGlass;
import dev.assayer.testing.LogCapture;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which break-glass objects are honoured, with no admission policy that saw to them before. */
class EmergenciesTest {
  private static final Instant CREATED = Instant.parse("2026-11-22T12:00:00Z");
  private static final String GOOD =
      """
      {"metadata":{"name":"hotfix","namespace":"security","uid":"u1",\
      "creationTimestamp":"2026-11-22T12:00:00Z","labels":{"assayer.dev/break-glass":"true"}},\
      "immutable":true,"data":{"namespace":"shop","pattern":"docker.io/acme/*:*",\
      "reason":"INC-7","requestedBy":"dana","expiry":"2026-11-22T14:00:00Z"}}\
      """;

  private final FakeApi api = new FakeApi();
  private final Observed observed = new Observed();
  private final AtomicLong nanos = new AtomicLong();
  private final KubeApi client = KubeApi.open(api.access(), observed);
  private Instant now = CREATED.plusSeconds(60);
  private final Emergencies emergencies =
      new Emergencies(
          client,
          new ClusterSettings(
              "assayer", "security", "assayer-0", "assayer", api.access(), Optional.empty()),
          observed,
          () -> now,
          nanos::get);

  @AfterEach
  void close() {
    client.close();
    api.close();
  }

  private void look(String... objects) {
    api.answering(200, "{\"items\":[" + String.join(",", objects) + "]}");
    emergencies.poll();
  }

  private void later(Duration by) {
    now = now.plus(by);
    nanos.addAndGet(by.toNanos());
  }

  @Test
  void aGoodObjectIsInForceUntilItExpires() {
    look(GOOD);
    assertThat(api.requests)
        .containsExactly(
            "GET /api/v1/namespaces/security/configmaps"
                + "?labelSelector=assayer.dev%2Fbreak-glass%3Dtrue");
    assertThat(emergencies.active(now))
        .containsExactly(
            new BreakGlass(
                "hotfix",
                "u1",
                "shop",
                "docker.io/acme/*:*",
                "INC-7",
                "dana",
                CREATED,
                Instant.parse("2026-11-22T14:00:00Z")));
    assertThat(observed.glassActive).isEqualTo(1);
    assertThat(observed.glassUntil).contains(Instant.parse("2026-11-22T14:00:00Z"));
    later(Duration.ofMinutes(119));
    look(GOOD);
    assertThat(emergencies.active(now)).isEmpty();
    assertThat(observed.glassActive).isZero();
    assertThat(observed.glassUntil).isEmpty();
    assertThat(observed.glassSeen).containsExactly("accepted", "expired");
  }

  @Test
  void itEndsWhenItIsDeleted() {
    look(GOOD);
    look();
    assertThat(emergencies.active(now)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not immutable| \"immutable\":true| \"immutable\":false",
        "not said to be immutable| \"immutable\":true,| ",
        "immutable in words| \"immutable\":true| \"immutable\":\"true\"",
        "of another namespace| \"namespace\":\"security\"| \"namespace\":\"shop\"",
        "with another label| \"assayer.dev/break-glass\":\"true\"| \"assayer.dev/break-glass\":\"no\"",
        "being deleted| \"uid\"| \"deletionTimestamp\":\"2026-11-22T12:00:30Z\",\"uid\"",
        "with one more key| \"reason\"| \"more\":\"x\",\"reason\"",
        "with binary data| \"immutable\"| \"binaryData\":{\"a\":\"aGk=\"},\"immutable\"",
        "without a reason| \"reason\":\"INC-7\",| ",
        "with an empty reason| INC-7| ''",
        "with a blank reason| INC-7| '   '",
        "by nobody| dana| ''",
        "by Assayer itself| dana| system:serviceaccount:security:assayer",
        "by a hook of Assayer| dana| system:serviceaccount:security:assayer-hooks",
        "for 24 hours and a second| 2026-11-22T14:00:00Z| 2026-11-23T12:00:01Z",
        "for 25 hours| 2026-11-22T14:00:00Z| 2026-11-23T13:00:00Z",
        "for ever| 2026-11-22T14:00:00Z| 9999-12-31T23:59:59Z",
        "until a day| 2026-11-22T14:00:00Z| 2026-11-22",
        "without an end| 2026-11-22T14:00:00Z| ''",
        "ending before it was made| 2026-11-22T14:00:00Z| 2026-11-22T11:59:59Z",
        "made in the future| 2026-11-22T12:00:00Z| 2026-11-22T12:02:01Z",
        "made at no time| 2026-11-22T12:00:00Z| ''",
        "for every namespace| \"namespace\":\"shop\"| \"namespace\":\"*\"",
        "for no namespace| \"namespace\":\"shop\"| \"namespace\":\"\"",
        "for everything| docker.io/acme/*:*| *",
        "for everything with a tag| docker.io/acme/*:*| *:*",
        "for every path of a host| docker.io/acme/*:*| docker.io/*:*",
        "for every path of a host, in parts| docker.io/acme/*:*| docker.io/*/*:*",
        "for a tag alone| docker.io/acme/*:*| docker.io/*:latest",
        "for a host with a star| docker.io/acme/*:*| *.io/acme/app:1",
        "for a port with a star| docker.io/acme/*:*| docker.io:*/acme/app:1",
        "for a host that is all star| docker.io/acme/*:*| */acme/app:1",
        "for no host| docker.io/acme/*:*| /acme/app:1",
        "for an empty path| docker.io/acme/*:*| docker.io/",
        "for empty components| docker.io/acme/*:*| docker.io//*:1",
      })
  @DisplayName("an object with one fault is not honoured, and that is told")
  void noFaultIsHonoured(String what, String part, String fault) {
    String bad = GOOD.replace(part, fault == null ? "" : fault);
    assertThat(bad).as(what).isNotEqualTo(GOOD);
    look(bad);
    assertThat(emergencies.active(now)).as(what).isEmpty();
    assertThat(observed.glassSeen).as(what).containsExactly("refused");
  }

  @Test
  void aBadObjectIsToldOnce() {
    try (LogCapture log = LogCapture.of("dev.assayer.cluster")) {
      String bad = GOOD.replace("\"immutable\":true", "\"immutable\":false");
      for (int i = 0; i < 5; i++) {
        look(bad, GOOD.replace("u1", "u2"));
      }
      assertThat(messages(log))
          .containsExactly(
              "break-glass hotfix is not honoured: it is not immutable",
              "the glass is broken by hotfix: images docker.io/acme/*:* in namespace shop are"
                  + " admitted unverified until 2026-11-22T14:00:00Z, asked for by dana: INC-7");
      look();
      assertThat(messages(log).getLast())
          .isEqualTo("break-glass hotfix is over: it was deleted, or is not honoured any more");
    }
    assertThat(observed.glassSeen).containsExactly("refused", "accepted");
  }

  @Test
  @DisplayName("an API server that falls silent: no grant that nobody can take back")
  void noneIsInForceWhenTheApiServerWasNotHeardForHalfAMinute() {
    look(GOOD);
    api.answering(503, "{}");
    for (int i = 0; i < 14; i++) {
      later(Duration.ofSeconds(2));
      emergencies.poll();
      assertThat(emergencies.active(now)).hasSize(1);
    }
    later(Duration.ofSeconds(2));
    assertThat(emergencies.active(now)).isEmpty();
    emergencies.poll();
    assertThat(observed.glassActive).isZero();
    look(GOOD);
    assertThat(emergencies.active(now)).hasSize(1);
  }

  @Test
  @DisplayName("a clock that is set back prolongs no grant")
  void theMonotonicClockEndsAGrant() {
    look(GOOD);
    later(Duration.ofHours(2));
    now = CREATED.plusSeconds(30);
    look(GOOD);
    assertThat(emergencies.active(now)).isEmpty();
  }

  @Test
  void aClockThatIsSetBeforeTheMakingHonoursNothing() {
    look(GOOD);
    now = CREATED.minusSeconds(61);
    assertThat(emergencies.active(now)).isEmpty();
  }

  @Test
  @DisplayName("thousands of objects: the oldest few count, so that no review pays for all")
  void thereIsABoundOfGrants() {
    look(
        IntStream.range(0, Emergencies.MOST + 10)
            .mapToObj(i -> GOOD.replace("u1", "u" + (1000 + i)))
            .toArray(String[]::new));
    assertThat(emergencies.active(now)).hasSize(Emergencies.MOST);
    assertThat(emergencies.active(now).stream().map(BreakGlass::uid).collect(Collectors.toSet()))
        .contains("u1000")
        .doesNotContain("u" + (1000 + Emergencies.MOST));
  }

  private static List<String> messages(LogCapture log) {
    return log.records().stream()
        .map(entry -> MessageFormat.format(entry.getMessage(), entry.getParameters()))
        .toList();
  }
}
