package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.demo.Fault;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.SignedRepository;
import dev.assayer.state.InMemoryTrustState;
import dev.assayer.state.RepositoryMemory;
import dev.assayer.state.TrustState;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many questions at once. */
class ConcurrencyTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";
  private static final String TIMESTAMP = NotaryServer.path(GUN, "timestamp.json");

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);

  @AfterEach
  void close() {
    rig.close();
  }

  private static <T> List<T> together(List<Callable<T>> calls)
      throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(calls)) {
        results.add(future.get());
      }
      return results;
    }
  }

  private Callable<ValidationResult> question(NotaryValidator validator, String... delegations) {
    var request = rig.request(IMAGE, delegations);
    return () -> NotaryRig.validate(validator, request, Deadline.after(NotaryRig.BUDGET));
  }

  @Test
  @DisplayName("100 threads that verify one repository make one flight")
  void oneFlight() throws InterruptedException, ExecutionException {
    repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    repository.publish();
    rig.timestampMaxAge(Duration.ofSeconds(30));
    rig.server.fault(TIMESTAMP, Fault.delay(Duration.ofMillis(300)));
    List<Callable<ValidationResult>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(question(rig.validator()));
    }
    together(calls).forEach(result -> assertTrusted(result, DIGEST));
    assertThat(rig.filesAskedFor())
        .containsExactlyInAnyOrder(
            "root.json",
            "timestamp.json",
            "snapshot.json",
            "targets.json",
            "targets/releases.json");
  }

  @Test
  @DisplayName("100 threads without a maximum age share flights too")
  void fewFlightsWithoutAMaximumAge() throws InterruptedException, ExecutionException {
    rig.server.fault(TIMESTAMP, Fault.delay(Duration.ofMillis(300)));
    List<Callable<ValidationResult>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(question(rig.validator()));
    }
    together(calls).forEach(result -> assertTrusted(result, DIGEST));
    assertThat(rig.filesAskedFor().stream().filter("timestamp.json"::equals).count())
        .isBetween(1L, 10L);
  }

  @Test
  @DisplayName("a question asked after the tag moved is not answered by a flight from before")
  void aFlightFromBeforeIsNoAnswer() throws InterruptedException, ExecutionException {
    CountDownLatch fetched = new CountDownLatch(1);
    CountDownLatch moved = new CountDownLatch(1);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    AtomicInteger first = new AtomicInteger();
    byte[] old = NotaryRig.file(repository, "timestamp.json");
    rig.server.fault(
        TIMESTAMP,
        (exchange, honest) -> {
          if (first.getAndIncrement() == 0) {
            fetched.countDown();
            moved.await();
            Thread.sleep(300);
            exchange.sendResponseHeaders(200, old.length);
            exchange.getResponseBody().write(old);
          } else {
            honest.handle(exchange);
          }
        });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ValidationResult> before = threads.submit(question(rig.validator()));
      fetched.await();
      repository.targets().target("1.0", OTHER_DIGEST, 528);
      repository.publish();
      Future<ValidationResult> after = threads.submit(question(rig.validator()));
      Thread.sleep(100);
      moved.countDown();
      assertTrusted(before.get(), DIGEST);
      assertTrusted(after.get(), OTHER_DIGEST);
    }
  }

  @Test
  void twoReplicasShareOneState() throws InterruptedException, ExecutionException {
    NotaryValidator one = rig.replica();
    NotaryValidator two = rig.replica();
    for (int round = 0; round < 10; round++) {
      repository.targets().target("1.0", round % 2 == 0 ? OTHER_DIGEST : DIGEST, 528);
      repository.publish();
      String expected = round % 2 == 0 ? OTHER_DIGEST : DIGEST;
      List<Callable<ValidationResult>> calls = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        calls.add(question(one));
        calls.add(question(two));
      }
      together(calls).forEach(result -> assertTrusted(result, expected));
    }
    assertThat(rig.memory(GUN).marks().get("timestamp").version()).isEqualTo(11);
  }

  @Test
  void rulesWithDifferentDelegationsShareOneState()
      throws InterruptedException, ExecutionException {
    List<Callable<ValidationResult>> calls = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d")) {
      repository.delegate("targets/" + name, key()).target("1.0", DIGEST, 528);
      calls.add(question(rig.validator(), name));
    }
    repository.publish();
    for (int round = 0; round < 10; round++) {
      repository.publish();
      together(calls).forEach(result -> assertTrusted(result, DIGEST));
    }
    assertThat(rig.memory(GUN).marks())
        .containsKeys("targets/a", "targets/b", "targets/c", "targets/d");
  }

  @Test
  @DisplayName("a verification overtaken by another is no rollback")
  void overtakenIsNoRollback() {
    Overtaken state = new Overtaken();
    rig.state = state;
    NotaryValidator other = rig.replica();
    state.meanwhile =
        () -> {
          repository.targets().target("1.0", OTHER_DIGEST, 528);
          repository.publish();
          assertTrusted(
              NotaryRig.validate(other, rig.request(IMAGE), Deadline.after(NotaryRig.BUDGET)),
              OTHER_DIGEST);
        };
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    assertThat(state.overtaken).hasValue(1);
  }

  /** Lets another replica verify a newer publication just before the first mark is set. */
  private static final class Overtaken implements TrustState {
    private final TrustState state = new InMemoryTrustState();
    private final AtomicInteger overtaken = new AtomicInteger();
    private Runnable meanwhile = () -> {};

    @Override
    public RepositoryMemory recall(String repository) {
      return state.recall(repository);
    }

    @Override
    public boolean replace(String repository, RepositoryMemory expected, RepositoryMemory next) {
      if (overtaken.compareAndSet(0, 1)) {
        meanwhile.run();
      }
      return state.replace(repository, expected, next);
    }

    @Override
    public List<String> repositories() {
      return state.repositories();
    }
  }

  @Test
  @DisplayName("a flight leader with a short deadline does not fail those with time left")
  void aLeaderWithAShortDeadline() throws InterruptedException, ExecutionException {
    rig.timestampMaxAge(Duration.ofSeconds(30));
    for (String slow : List.of("timestamp.json", "targets/releases.json")) {
      repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
      repository.publish();
      rig.withoutMemory();
      rig.server.fault(NotaryServer.path(GUN, slow), Fault.delay(Duration.ofMillis(900)));
      var request = rig.request(IMAGE);
      NotaryValidator validator = rig.validator();
      CountDownLatch led = new CountDownLatch(1);
      List<ValidationResult> results =
          together(
              List.of(
                  () -> {
                    led.countDown();
                    return NotaryRig.validate(
                        validator, request, Deadline.after(Duration.ofMillis(300)));
                  },
                  () -> {
                    led.await();
                    Thread.sleep(100);
                    return NotaryRig.validate(validator, request, Deadline.after(NotaryRig.BUDGET));
                  }));
      assertThat(((ValidationResult.Refused) results.get(0)).reason().verdict().name())
          .isEqualTo("TIMEOUT");
      assertTrusted(results.get(1), DIGEST);
      rig.server.clearFaults();
    }
  }

  @Test
  @DisplayName("a joiner's own deadline ends its wait, and the flight goes on for others")
  void aJoinerWithAShortDeadline() throws InterruptedException, ExecutionException {
    rig.timestampMaxAge(Duration.ofSeconds(30));
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.withoutMemory();
    rig.server.fault(TIMESTAMP, Fault.delay(Duration.ofMillis(1500)));
    var request = rig.request(IMAGE);
    NotaryValidator validator = rig.validator();
    List<ValidationResult> results =
        together(
            List.of(
                () -> NotaryRig.validate(validator, request, Deadline.after(NotaryRig.BUDGET)),
                () -> {
                  Thread.sleep(200);
                  long begun = System.nanoTime();
                  ValidationResult result =
                      NotaryRig.validate(
                          validator, request, Deadline.after(Duration.ofMillis(300)));
                  assertThat(Duration.ofNanos(System.nanoTime() - begun))
                      .isLessThan(Duration.ofMillis(550));
                  return result;
                }));
    assertTrusted(results.get(0), DIGEST);
    assertRefused(results.get(1), Reason.DEADLINE_EXCEEDED);
  }
}
