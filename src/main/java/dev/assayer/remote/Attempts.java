package dev.assayer.remote;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The attempts of one GET, of which the first answer counts, and one that refuses (429, 5xx) only
 * if no other comes. A request that a hung or replaced host lost is answered by nobody, however
 * well the host is again; so it is sent anew, beside the first time and over a new connection,
 * while no head of an answer is here: when the host has answered what was sent later and {@link
 * #PATIENCE} has passed, and when half of the time is over. Few calls to a host do so at a time, so
 * that a host or a process that is merely slow has no more to do for it. Serves one thread.
 */
final class Attempts {
  /** How long a host that answers others may take. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();

  /**
   * One attempt.
   *
   * @param exchange to be cancelled when nobody waits any more
   * @param again why it is not the first
   */
  record Attempt(
      CompletableFuture<? extends HttpResponse<?>> exchange,
      CappedBody body,
      long sentNanos,
      Optional<Why> again) {

    Duration took() {
      return Duration.ofNanos(System.nanoTime() - sentNanos);
    }

    boolean isAnswered() {
      return body.reply().state() == Future.State.SUCCESS;
    }

    boolean isBroken() {
      return body.reply().isCompletedExceptionally();
    }
  }

  /**
   * One that did not make the end.
   *
   * @param cause why it failed; empty if it was answered by a refusal, or nobody waited any more
   */
  record Left(Attempt attempt, Optional<Throwable> cause) {
    Left(Attempt attempt) {
      this(attempt, Optional.empty());
    }
  }

  /** How it ended. */
  sealed interface End {}

  /** There is an answer. */
  record Answered(Attempt attempt, Answer.Reply reply) implements End {}

  /** The last attempt failed; no other is under way. */
  record Broken(Attempt attempt, Throwable cause) implements End {}

  /** Time is over; this is the attempt that came furthest. */
  record TooLate(Attempt attempt) implements End {}

  /** Sends the request. */
  interface Sender {
    Attempt first();

    /** Sends it again; empty if too many others are sent again for the same reason. */
    Optional<Attempt> again(Why why);
  }

  /** Why a request is sent again. */
  enum Why {
    /** One that was sent later has been answered. */
    PASSED,
    /** Half of the time is over. */
    HALF_TIME
  }

  private final Sender sender;
  private final NewestAnswered newest;
  private final Duration given;
  private final long begunNanos = System.nanoTime();
  private final List<Attempt> underWay = new ArrayList<>();
  private final List<Attempt> refused = new ArrayList<>();
  private final List<Left> left = new ArrayList<>();
  private final Set<Why> reasons = EnumSet.noneOf(Why.class);

  /**
   * Nothing is sent yet.
   *
   * @param newest of this host
   * @param given time for all attempts
   */
  Attempts(Sender sender, NewestAnswered newest, Duration given) {
    this.sender = sender;
    this.newest = newest;
    this.given = given;
  }

  /** How often it was sent. */
  int sent() {
    return 1 + reasons.size();
  }

  /** Those that did not make the end. */
  List<Left> left() {
    return List.copyOf(left);
  }

  /**
   * Sends, and waits for the end. What is under way then is cancelled.
   *
   * @throws InterruptedException when the caller is called off
   */
  End run() throws InterruptedException {
    underWay.add(sender.first());
    try {
      while (true) {
        await();
        Optional<End> end = end();
        if (end.isPresent()) {
          return end.get();
        }
        lost().ifPresent(this::sendAgain);
      }
    } finally {
      underWay.forEach(one -> one.exchange.cancel(true));
    }
  }

  private void sendAgain(Why why) {
    sender
        .again(why)
        .ifPresent(attempt -> {
          underWay.add(attempt);
          reasons.add(why);
        });
  }

  private void await() throws InterruptedException {
    long past = System.nanoTime() - begunNanos;
    long wait = past < PATIENCE.toNanos() ? PATIENCE.toNanos() - past : LOOK_NANOS;
    CompletableFuture<?>[] replies =
        underWay.stream().map(one -> one.body.reply()).toArray(CompletableFuture<?>[]::new);
    CompletableFuture<?> next = replies.length == 1 ? replies[0] : CompletableFuture.anyOf(replies);
    try {
      var _ = next.get(Math.min(wait, given.toNanos() - past), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException looked) {
      // the attempts tell
    }
  }

  private Optional<End> end() {
    for (Attempt one : List.copyOf(underWay)) {
      if (one.isAnswered()) {
        underWay.remove(one);
        if (!isRefused(one) || underWay.isEmpty()) {
          return Optional.of(answered(one));
        }
        refused.add(one); // the others may do better
      } else if (one.isBroken()) {
        underWay.remove(one);
        Throwable cause = one.body.reply().exceptionNow();
        if (underWay.isEmpty() && refused.isEmpty()) {
          return Optional.of(new Broken(one, cause));
        }
        left.add(new Left(one, Optional.of(cause)));
      }
    }
    boolean over = System.nanoTime() - begunNanos >= given.toNanos();
    if (!refused.isEmpty() && (over || underWay.isEmpty())) {
      return Optional.of(answered(refused.removeLast()));
    }
    return over ? Optional.of(tooLate()) : Optional.empty();
  }

  /** Whether the host has too much to do, as it says, or is in trouble. */
  private static boolean isRefused(Attempt answered) {
    int status = answered.body.reply().resultNow().status();
    return status == 429 || status >= 500;
  }

  private End answered(Attempt one) {
    refused.stream().map(Left::new).forEach(left::add);
    underWay.stream().map(Left::new).forEach(left::add);
    return new Answered(one, one.body.reply().resultNow());
  }

  private End tooLate() {
    Attempt furthest =
        underWay.stream()
            .filter(one -> one.body.headCame())
            .findFirst()
            .orElseGet(underWay::getFirst);
    underWay.stream().filter(one -> !one.equals(furthest)).map(Left::new).forEach(left::add);
    return new TooLate(furthest);
  }

  /** Why the request is to be sent again, if it is. */
  private Optional<Why> lost() {
    long now = System.nanoTime();
    long remaining = given.toNanos() - (now - begunNanos);
    boolean hopeful =
        remaining >= PATIENCE.toNanos() && underWay.stream().noneMatch(one -> one.body.headCame());
    long last = underWay.getLast().sentNanos;
    if (!hopeful || now - last < PATIENCE.toNanos()) {
      return Optional.empty();
    }
    if (!reasons.contains(Why.PASSED) && newest.isAfter(last)) {
      return Optional.of(Why.PASSED);
    }
    boolean half = !reasons.contains(Why.HALF_TIME) && remaining <= given.toNanos() / 2;
    return half ? Optional.of(Why.HALF_TIME) : Optional.empty();
  }
}
