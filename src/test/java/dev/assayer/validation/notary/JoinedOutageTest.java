package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.remote.Fetch;
import dev.assayer.remote.FetchResult;
import dev.assayer.remote.Upstream;
import dev.assayer.samples.SignedRepository;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of reviews that joined the attempt of another one, and it failed. */
class JoinedOutageTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final FetchResult RESET =
      new FetchResult.Failed(Reason.UPSTREAM_UNREACHABLE, "notary.invalid reset", true);
  private static final FetchResult FORBIDDEN =
      new FetchResult.Failed(Reason.UPSTREAM_UNREACHABLE, "notary.invalid said no", false);

  private static final int JOINERS = 20;

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);
  private final AtomicInteger attempts = new AtomicInteger();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch joining = new CountDownLatch(JOINERS);

  @AfterEach
  void close() {
    rig.close();
  }

  /** So many attempts fail, once all have joined; the next ones succeed. */
  private Upstream failing(int failures, FetchResult failure) {
    MemoryUpstream well = new MemoryUpstream(repository);
    return new Upstream() {
      @Override
      public String host() {
        return well.host();
      }

      @Override
      public FetchResult fetch(Fetch fetch, StageLog stages, Deadline deadline) {
        if (!fetch.path().endsWith("/timestamp.json")) {
          return well.fetch(fetch, stages, deadline);
        }
        int attempt = attempts.incrementAndGet();
        begun.countDown();
        try {
          joining.await();
          Thread.sleep(800);
        } catch (InterruptedException stopped) {
          throw new AssertionError(stopped);
        }
        return attempt <= failures ? failure : well.fetch(fetch, stages, deadline);
      }

      @Override
      public void close() {}
    };
  }

  /** The answer to the first asker, then those to the ones that joined it. */
  private List<ValidationResult> ask(Upstream upstream)
      throws InterruptedException, ExecutionException {
    List<ValidationResult> results = new ArrayList<>();
    try (NotaryValidator validator = rig.open(upstream);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var request = rig.request(GUN + ":1.0");
      List<Future<ValidationResult>> asked = new ArrayList<>();
      Deadline deadline = Deadline.after(NotaryRig.BUDGET);
      asked.add(threads.submit(() -> NotaryRig.validate(validator, request, deadline)));
      begun.await();
      for (int i = 0; i < JOINERS; i++) {
        asked.add(
            threads.submit(() -> {
              joining.countDown();
              return NotaryRig.validate(validator, request, deadline);
            }));
      }
      for (Future<ValidationResult> one : asked) {
        results.add(one.get());
      }
    }
    return results;
  }

  @Test
  void anOutageInAJoinedAttemptDeniesThoseWhoCouldTryAgain() throws Exception {
    List<ValidationResult> results = ask(failing(1, RESET));

    assertThat(results.getFirst()).isInstanceOf(ValidationResult.Refused.class);
    results.subList(1, results.size()).forEach(result -> assertTrusted(result, DIGEST));
    assertThat(attempts).as("one new attempt for all").hasValue(2);
  }

  @Test
  void anOutageIsTriedAgainMoreThanOnceByThoseWhoJoined() throws Exception {
    List<ValidationResult> results = ask(failing(99, RESET));

    assertThat(results).allMatch(ValidationResult.Refused.class::isInstance);
    assertThat(attempts).hasValue(2);
  }

  @Test
  void anAnswerThatIsNoOutageIsAskedForAgain() throws Exception {
    List<ValidationResult> results = ask(failing(99, FORBIDDEN));

    assertThat(results).allMatch(ValidationResult.Refused.class::isInstance);
    assertThat(attempts).hasValue(1);
  }

  @Test
  void aReviewThatJoinedShowsTheTimeOfTheFirstAsker() throws Exception {
    List<ValidationResult> results = ask(failing(99, FORBIDDEN));

    assertThat(attempts).hasValue(1);
    assertThat(((ValidationResult.Refused) results.getFirst()).detail()).doesNotContain("joined");
    results
        .subList(1, results.size())
        .forEach(result ->
            assertThat(((ValidationResult.Refused) result).detail())
                .containsPattern("joined that attempt under way, and waited \\d\\.\\d s"));
  }
}
