package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.addressed;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.file;
import static dev.assayer.validation.notary.NotaryRig.key;
import static dev.assayer.validation.notary.NotaryRig.trusted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.demo.Fault;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufRole;
import dev.assayer.validation.ValidationResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is fetched, and how soon a change is seen. */
class FreshnessTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);

  /** Published, so that its file is awaited and no request comes late into the next list. */
  private final TufRole releases =
      repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);

  @BeforeEach
  void publish() {
    repository.publish();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void coldIsEachFileOnce() {
    rig.verify(IMAGE);
    assertThat(rig.filesAskedFor())
        .containsExactlyInAnyOrder(
            "root.json",
            "timestamp.json",
            "snapshot.json",
            "targets.json",
            "targets/releases.json");
  }

  @Test
  void coldWithNamedDelegationsIsEachFileOnce() {
    repository.delegate("targets/a", key());
    repository.delegate("targets/a/b", key()).target("1.0", DIGEST, 528);
    repository.delegate("targets/a/c", key()).target("1.0", DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE, "a/b", "a/c"), DIGEST);
    assertThat(rig.filesAskedFor())
        .containsExactlyInAnyOrder(
            "root.json",
            "timestamp.json",
            "snapshot.json",
            "targets.json",
            "targets/a.json",
            "targets/a/b.json",
            "targets/a/c.json");
  }

  @Test
  void warmIsOneGet() {
    rig.verify(IMAGE);
    rig.forgetRequests();
    var result = trusted(rig.verify(IMAGE));
    assertThat(rig.filesAskedFor()).containsExactly("timestamp.json");
    assertThat(result.trust().freshness()).isEqualTo("fresh");
  }

  @Test
  void withinTheMaximumAgeThereIsNoGet() {
    rig.timestampMaxAge(Duration.ofMinutes(5));
    assertThat(trusted(rig.verify(IMAGE)).trust().freshness()).isEqualTo("fresh");
    rig.forgetRequests();
    var result = trusted(rig.verify(IMAGE));
    assertThat(rig.filesAskedFor()).isEmpty();
    assertThat(result.trust().freshness()).isEqualTo("memory");
    assertThat(result.trust().age())
        .hasValueSatisfying(age -> assertThat(age).isBetween(Duration.ZERO, Duration.ofMinutes(1)));
    assertRefused(rig.verify(GUN + ":2.0"), Reason.TAG_NOT_SIGNED);
    assertTrusted(rig.verify(GUN + "@" + DIGEST), DIGEST);
    assertThat(rig.filesAskedFor()).isEmpty();
  }

  @Test
  void afterAPublicationOnlyWhatChangedIsFetched() {
    rig.verify(IMAGE);
    releases.target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    rig.forgetRequests();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    assertThat(rig.filesAskedFor())
        .containsExactly(
            "timestamp.json",
            addressed("snapshot", file(repository, "snapshot.json")),
            addressed("targets/releases", file(repository, "targets/releases.json")));
    repository.targets().target("9", OTHER_DIGEST, 528);
    repository.publish();
    rig.forgetRequests();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    assertThat(rig.filesAskedFor())
        .containsExactly(
            "timestamp.json",
            addressed("snapshot", file(repository, "snapshot.json")),
            addressed("targets", file(repository, "targets.json")));
    repository.publish();
    rig.forgetRequests();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    assertThat(rig.filesAskedFor()).containsExactly("timestamp.json");
  }

  @Test
  void aPublicationOfADelegationFetchesThatOne() {
    var lou = repository.delegate("targets/lou", key()).target("1.0", DIGEST, 528);
    repository.publish();
    rig.verify(IMAGE, "lou");
    lou.target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    rig.forgetRequests();
    assertTrusted(rig.verify(IMAGE, "lou"), OTHER_DIGEST);
    assertThat(rig.filesAskedFor())
        .containsExactly(
            "timestamp.json",
            addressed("snapshot", file(repository, "snapshot.json")),
            addressed("targets/lou", file(repository, "targets/lou.json")));
  }

  @Test
  void whatOneRuleVerifiedAnotherDoesNotFetchAgainByItsAddress() {
    repository.delegate("targets/lou", key()).target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.forgetRequests();
    assertTrusted(rig.verify(IMAGE, "lou"), OTHER_DIGEST);
    assertThat(rig.filesAskedFor()).doesNotHaveDuplicates();
  }

  @Test
  void aNewRootIsFetchedOnceAndSeenAtOnce() {
    rig.verify(IMAGE);
    repository.targets().keys(key());
    releases.target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    rig.forgetRequests();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    assertThat(rig.filesAskedFor()).contains("root.json").doesNotHaveDuplicates();
    rig.forgetRequests();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    assertThat(rig.filesAskedFor()).containsExactly("timestamp.json");
  }

  @Test
  void aTagSignedAnewIsSeenAndARevokedOneIsDeniedWithinTheBound() throws InterruptedException {
    rig.timestampMaxAge(Duration.ofSeconds(2));
    assertTrusted(rig.verify(IMAGE), DIGEST);
    releases.target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    Thread.sleep(2100);
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    releases.removeTarget("1.0");
    repository.publish();
    Thread.sleep(2100);
    assertRefused(rig.verify(IMAGE), Reason.TAG_NOT_SIGNED);
    assertRefused(rig.verify(GUN + "@" + OTHER_DIGEST), Reason.UNSIGNED);
  }

  @Test
  void withinTheMaximumAgeExpiryIsStillJudged() {
    rig.timestampMaxAge(Duration.ofMinutes(10));
    Instant end = Instant.now().plus(Duration.ofMinutes(2));
    repository.role("snapshot").expires(end);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.forgetRequests();
    assertRefused(rig.verifyAt(end, IMAGE), Reason.METADATA_EXPIRED, "snapshot.json");
    assertThat(rig.filesAskedFor()).isEmpty();
  }

  @Test
  void anotherInstantSharesNoMemoryWithThePresent() {
    rig.timestampMaxAge(Duration.ofMinutes(10));
    assertTrusted(rig.verify(IMAGE), DIGEST);
    Instant then = Instant.now().plus(Duration.ofDays(400));
    assertRefused(rig.verifyAt(then, IMAGE), Reason.METADATA_EXPIRED);
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  void aFailureIsNotRemembered() {
    rig.timestampMaxAge(Duration.ofMinutes(5));
    rig.server.fault(NotaryServer.path(GUN, "timestamp.json"), Fault.status(500));
    assertRefused(rig.verify(IMAGE), Reason.UPSTREAM_ERROR);
    rig.server.clearFaults();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  void aDelegationThatCouldNotBeFetchedIsFetchedAtTheNextQuestion() {
    rig.timestampMaxAge(Duration.ofMinutes(5));
    byte[] bytes = file(repository, "targets/releases.json");
    for (String name :
        new String[] {"targets/releases.json", addressed("targets/releases", bytes)}) {
      rig.server.fault(NotaryServer.path(GUN, name), Fault.status(503));
    }
    assertRefused(rig.verify(IMAGE), Reason.UPSTREAM_ERROR);
    rig.server.clearFaults();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  @DisplayName("bad metadata, and silence where it would be shown up, is no mere outage")
  void silenceAfterAContradictionIsNoOutage() {
    rig.timestampMaxAge(Duration.ZERO);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    String root = NotaryServer.path(GUN, "root.json");
    rig.server.fault(root, Fault.status(500));
    rig.server.fault(NotaryServer.path(GUN, "timestamp.json"), Fault.status(500));
    assertThat(refused().outage()).isTrue();
    byte[] forged = "{}".getBytes(StandardCharsets.UTF_8);
    rig.server.clearFaults();
    rig.server.fault(root, Fault.status(500));
    rig.server.fault(NotaryServer.path(GUN, "timestamp.json"), Fault.reply(200, Map.of(), forged));
    assertThat(refused().reason()).isEqualTo(Reason.UPSTREAM_ERROR);
    assertThat(refused().outage()).isFalse();
  }

  private ValidationResult.Refused refused() {
    return (ValidationResult.Refused) rig.verify(IMAGE);
  }
}
