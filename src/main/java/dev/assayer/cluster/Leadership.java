package dev.assayer.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Whether this replica does the work that one replica does for all, by a Lease
 * (coordination.k8s.io/v1) and fabric8's election. Nobody leads while the API server is away for
 * longer than the lease, so such work must be able to wait. Only {@link #start} loads fabric8's
 * typed client.
 */
public final class Leadership implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(Leadership.class.getName());

  private static final Duration FAREWELL = Duration.ofSeconds(3);

  /** How long a lease holds, how long its holder tries to renew it, and how often it tries. */
  record Times(Duration lease, Duration renew, Duration retry) {
    static final Times STANDARD =
        new Times(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
  }

  private final KubeApi api;
  private final ClusterSettings settings;
  private final String identity;
  private final ClusterObserver observer;
  private final Times times;
  private Optional<Thread> runner = Optional.empty();
  private boolean closed;
  private volatile boolean leads;

  Leadership(
      KubeApi api,
      ClusterSettings settings,
      String identity,
      ClusterObserver observer,
      Times times) {
    this.api = api;
    this.settings = settings;
    this.identity = identity;
    this.observer = observer;
    this.times = times;
  }

  /**
   * Stands for election from now on, if it does not yet. While an earlier candidacy is still ending
   * nothing happens: to be called again.
   */
  public synchronized void start() {
    if (!closed && runner.filter(Thread::isAlive).isEmpty()) {
      runner = Optional.of(Thread.ofVirtual().name("leadership").start(this::run));
    }
  }

  /**
   * Gives the lease back and stands no more, until {@link #start}. Waits for it, so that the next
   * leader need not wait for the lease to end; a short while at most.
   */
  public synchronized void stop() {
    if (runner.isPresent()) {
      tell(false); // before the lease is given back: two must never say that they lead
      runner.get().interrupt();
      try {
        var _ = runner.get().join(FAREWELL);
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether this replica leads now. */
  public boolean leads() {
    return leads;
  }

  /** An election ends when its lease is lost; then there is another. */
  private void run() {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      while (!Thread.currentThread().isInterrupted()) {
        stand(executor);
        Thread.sleep(times.retry());
      }
    } catch (InterruptedException closed) {
      // close() wants this thread to end.
    } finally {
      tell(false);
    }
  }

  private void stand(ExecutorService executor) throws InterruptedException {
    CompletableFuture<?> election = new CompletableFuture<>();
    try (KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(api.config())
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build()) {
      election = new LeaderElector(client, configuration(), executor).start();
      election.get();
    } catch (InterruptedException closed) {
      election.cancel(true); // gives the lease back
      throw closed;
    } catch (IOException | java.util.concurrent.ExecutionException | RuntimeException failed) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "standing for the lease {0} failed: {1}",
          settings.leaderLease(),
          Text.safe(String.valueOf(Optional.ofNullable(failed.getCause()).orElse(failed))));
    } finally {
      tell(false);
    }
  }

  private LeaderElectionConfig configuration() {
    return new LeaderElectionConfigBuilder()
        .withName(settings.leaderLease())
        .withLock(new LeaseLock(settings.namespace(), settings.leaderLease(), identity))
        .withLeaseDuration(times.lease())
        .withRenewDeadline(times.renew())
        .withRetryPeriod(times.retry())
        .withReleaseOnCancel(true)
        .withLeaderCallbacks(new LeaderCallbacks(() -> tell(true), () -> tell(false), _ -> {}))
        .build();
  }

  private void tell(boolean now) {
    if (leads != now) {
      LOGGER.log(
          System.Logger.Level.INFO,
          now ? "this replica leads: {0}" : "this replica leads no more: {0}",
          settings.leaderLease());
    }
    leads = now;
    observer.leads(now);
  }

  /** As {@link #stop}, for ever. */
  @Override
  public synchronized void close() {
    closed = true;
    stop();
  }
}
