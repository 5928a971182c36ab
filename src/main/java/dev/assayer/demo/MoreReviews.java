package dev.assayer.demo;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Reason;
import dev.assayer.demo.RunningWebhook.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Reviews of one signed image, one after another from each of a few clients, and their times. */
final class MoreReviews {
  private static final int CLIENTS = 4;
  private static final long RELOAD_NANOS = 10_000_000_000L;

  private final RunningWebhook webhook;
  private final List<String> images;

  MoreReviews(RunningWebhook webhook, String image) {
    this.webhook = webhook;
    images = List.of(image);
  }

  /**
   * What they took.
   *
   * @param nanos of each, sorted; a review that was not admitted is not in it
   * @param elapsed nanoseconds for all
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Times(int asked, long[] nanos, long elapsed) {
    boolean allAdmitted() {
      return nanos.length == asked;
    }

    String line(String what) {
      if (!allAdmitted()) {
        return "%s: %d of %d were NOT admitted".formatted(what, asked - nanos.length, asked);
      }
      return String.format(
          Locale.ROOT,
          "%s: %,.0f a second from %d clients, median %.1f ms, 99 of 100 within %.1f ms",
          what,
          asked * 1e9 / elapsed,
          CLIENTS,
          percentile(50) / 1e6,
          percentile(99) / 1e6);
    }

    private long percentile(int percent) {
      return nanos[Math.min(nanos.length - 1, nanos.length * percent / 100)];
    }
  }

  /** Asks so often, at least once. */
  Times ask(int count) {
    AtomicInteger next = new AtomicInteger();
    long[] nanos = new long[count];
    long begun = System.nanoTime();
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          CompletableFuture.runAsync(
              () -> {
                for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                  nanos[n] = one();
                }
              },
              client -> Thread.ofVirtual().name("demo client").start(client)));
    }
    clients.forEach(CompletableFuture::join);
    long elapsed = System.nanoTime() - begun;
    long[] admitted = Arrays.stream(nanos).filter(took -> took > 0).sorted().toArray();
    return new Times(count, admitted, elapsed);
  }

  /** Nanoseconds; 0 if it was not admitted. */
  private long one() {
    long begun = System.nanoTime();
    return webhook
        .mutate(PodReview.of(images))
        .map(Answer::decision)
        .filter(decision -> decision.reason() == Reason.SIGNATURE_VALID)
        .map(_ -> System.nanoTime() - begun)
        .orElse(0L);
  }

  /** Waits until a newer configuration decides; false if none does. */
  boolean awaitNewConfiguration() {
    long due = System.nanoTime() + RELOAD_NANOS;
    Optional<Long> before = generation();
    while (System.nanoTime() - due < 0) {
      try {
        Thread.sleep(50);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return false;
      }
      if (!generation().equals(before)) {
        return true;
      }
    }
    return false;
  }

  private Optional<Long> generation() {
    return webhook.mutate(PodReview.of(images)).map(Answer::decision).map(Decision::generation);
  }
}
