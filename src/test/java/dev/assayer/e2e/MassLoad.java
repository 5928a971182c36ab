package dev.assayer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.e2e.Mass.Images;
import dev.assayer.e2e.Mass.Workload;
import dev.assayer.json.JsonText;
import dev.assayer.testing.Await;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Users who create workloads, each the next one after a short rest, until told to stop. */
final class MassLoad implements AutoCloseable {
  private static final Pattern IMAGE = Pattern.compile("\"image\"\\s*:\\s*\"([^\"]*)\"");

  /** Between the first requests of users: code that never ran is slow. */
  private static final long LATER_MILLIS = 60;

  private final ApiClient api;
  private final String namespace;
  private final int users;
  private final long restMillis;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> working = new ArrayList<>();
  private volatile boolean over;

  /**
   * The API server's answer.
   *
   * @param begun when it was asked
   * @param images of the object as it was stored, in their order; none if it was not
   * @param message why it was not
   */
  record Answer(Workload asked, Instant begun, int status, List<String> images, String message) {
    /** What is signed comes in with the digests that were signed; the rest is denied for it. */
    boolean right() {
      return switch (asked.sort()) {
        case SIGNED -> status == 201 && images.equals(asked.pinned());
        case UNSIGNED, MIXED -> status == 403 && message.contains("[tag_not_signed]");
        case CONFLICTING -> status == 403 && message.contains("[tag_digest_conflict]");
      };
    }

    boolean wronglyAdmitted() {
      return status == 201 && !right();
    }

    /** Whether the API server got no answer from us. */
    boolean lost() {
      return status == 500 && message.contains("failed calling webhook");
    }

    @Override
    public String toString() {
      return asked.kind() + ' ' + asked.images() + ": " + status + ' ' + images + message;
    }
  }

  MassLoad(ScenarioCluster cluster, String namespace, int users, long restMillis) {
    this.api = new ApiClient(cluster.plane());
    this.namespace = namespace;
    this.users = users;
    this.restMillis = restMillis;
    for (int i = 0; i < users; i++) {
      long later = i * LATER_MILLIS;
      working.add(threads.submit(() -> create(later)));
    }
    more();
  }

  private void create(long laterMillis) {
    try {
      Thread.sleep(laterMillis);
      while (!over) {
        answers.add(ask());
        Thread.sleep(restMillis);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the API server itself fails", e);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer ask() throws IOException, InterruptedException {
    Workload asked = Mass.workload(numbers.getAndIncrement());
    Instant begun = Instant.now();
    ApiClient.Told told = api.create(asked.path(namespace), asked.object());
    return told.created()
        ? new Answer(asked, begun, told.status(), images(JsonText.compact(told.body())), "")
        : new Answer(asked, begun, told.status(), List.of(), told.message());
  }

  /** Every image that a document names. */
  private static List<String> images(String json) {
    List<String> images = new ArrayList<>();
    Matcher found = IMAGE.matcher(json);
    while (found.find()) {
      images.add(found.group(1));
    }
    return images;
  }

  /** How many ask at the same time. */
  int users() {
    return users;
  }

  /** Waits until each user got an answer more, on average. */
  void more() {
    int before = answers.size();
    Await.until("more answers", () -> answers.size() >= before + users);
  }

  /** So many more at the same instant, beside the users. */
  void rush(int count) {
    CountDownLatch now = new CountDownLatch(1);
    List<Future<Answer>> rushing = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rushing.add(
          threads.submit(() -> {
            now.await();
            return ask();
          }));
    }
    now.countDown();
    for (Future<Answer> one : rushing) {
      try {
        answers.add(one.get());
      } catch (ExecutionException e) {
        throw new AssertionError("the API server itself fails", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  /** All answers so far. */
  List<Answer> answers() {
    return List.copyOf(answers);
  }

  /** The answers that are not as they must be, so far. */
  List<Answer> wrong() {
    assertThat(answers).as("whatever fails").noneMatch(Answer::wronglyAdmitted);
    return answers.stream().filter(one -> !one.right()).toList();
  }

  /** How many came in so far. */
  long admitted() {
    return answers.stream()
        .filter(one -> one.asked().sort() == Images.SIGNED && one.right())
        .count();
  }

  @Override
  public void close() {
    over = true;
    threads.close();
    assertThat(working)
        .as("the API server itself always answers")
        .noneMatch(user -> user.state() == Future.State.FAILED);
  }
}
