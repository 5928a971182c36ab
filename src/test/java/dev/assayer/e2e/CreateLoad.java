package dev.assayer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Users who create pods one after the other, signed and unsigned in turn, until told to stop. */
final class CreateLoad implements AutoCloseable {
  private static final int MORE = 12;

  private final ApiClient api;
  private final String namespace;
  private final int users;
  private final AtomicInteger names = new AtomicInteger();
  private final Queue<Created> created = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> working = new ArrayList<>();
  private volatile boolean over;

  /** One answer. */
  record Created(boolean signed, ApiClient.Told told) {
    /** Whether it is as it must be: what is signed comes in, the rest is denied for what it is. */
    boolean right() {
      return signed
          ? told.created()
          : told.status() == 403 && told.message().contains("[tag_not_signed]");
    }

    boolean wronglyAdmitted() {
      return !signed && told.created();
    }

    @Override
    public String toString() {
      return (signed ? "signed: " : "unsigned: ") + told.status() + " " + told.message();
    }
  }

  CreateLoad(ScenarioCluster cluster, int users) {
    this.api = new ApiClient(cluster.plane());
    this.namespace = cluster.namespace("load").namespace();
    this.users = users;
    for (int i = 0; i < users; i++) {
      working.add(threads.submit(this::create));
    }
    more();
  }

  private void create() {
    try {
      while (!over) {
        int number = names.incrementAndGet();
        boolean signed = number % 2 == 0;
        String image = signed ? ScenarioCluster.SIGNED : ScenarioCluster.UNSIGNED;
        created.add(new Created(signed, api.create(namespace, "p" + number, image, Map.of())));
      }
    } catch (IOException e) {
      throw new IllegalStateException("the API server itself fails", e);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many ask at the same time. */
  int users() {
    return users;
  }

  /** Waits until some more have been answered. */
  void more() {
    int before = created.size();
    Await.until("more answers", () -> created.size() >= before + MORE);
  }

  /** The answers that are not as they must be, so far. */
  List<Created> wrong() {
    assertThat(created).as("whatever fails").noneMatch(Created::wronglyAdmitted);
    return created.stream().filter(one -> !one.right()).toList();
  }

  @Override
  public void close() {
    over = true;
    threads.close();
    assertThat(working).as("the API server itself always answers").noneMatch(CreateLoad::failed);
  }

  private static boolean failed(Future<?> user) {
    return user.state() == Future.State.FAILED;
  }
}
