package dev.assayer.server;

import dev.assayer.admission.ReviewAnswer;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.TraceRef;
import dev.assayer.decision.Verdict;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers reviews at once, or when it is let, or fails; remembers what it was asked. */
final class FakeReviews implements ReviewService {
  static final String NOT_JSON = "no";

  final List<Asked> asked = new CopyOnWriteArrayList<>();
  final List<String> overloads = new CopyOnWriteArrayList<>();
  final AtomicInteger working = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile Optional<Throwable> failure = Optional.empty();
  final AtomicInteger mostAtOnce = new AtomicInteger();
  private volatile int responseBytes;
  private volatile Duration each = Duration.ZERO;

  /** One review. */
  record Asked(
      int length,
      Duration budget,
      Duration left,
      String endpoint,
      String caller,
      Optional<TraceRef> trace) {}

  /** From now on reviews wait for {@link #release}. */
  void hold() {
    gate = new CountDownLatch(1);
  }

  void release() {
    gate.countDown();
  }

  /** From now on a review takes that long. */
  void takeEach(Duration time) {
    each = time;
  }

  void failWith(Throwable throwable) {
    failure = Optional.of(throwable);
  }

  /** From now on responses are at least that long. */
  void answerWith(int bytes) {
    responseBytes = bytes;
  }

  @Override
  public ReviewAnswer review(
      byte[] body, Deadline deadline, String endpoint, String caller, Optional<TraceRef> trace) {
    asked.add(
        new Asked(body.length, deadline.budget(), deadline.remaining(), endpoint, caller, trace));
    mostAtOnce.accumulateAndGet(working.incrementAndGet(), Math::max);
    try {
      gate.await();
      Thread.sleep(each);
    } catch (InterruptedException e) {
      throw new AssertionError("a review was interrupted", e);
    } finally {
      working.decrementAndGet();
    }
    failure.ifPresent(FakeReviews::sneak);
    String text = new String(body, StandardCharsets.UTF_8);
    if (text.equals(NOT_JSON)) {
      return new ReviewAnswer.Refused(Refusal.BAD_JSON, "at byte 0");
    }
    return answer(true, Reason.SIGNATURE_VALID, text.length() < 100 ? text : "long");
  }

  @Override
  public ReviewAnswer overload(
      InputStream body,
      long length,
      Deadline deadline,
      String endpoint,
      String caller,
      Optional<TraceRef> trace,
      String detail)
      throws IOException {
    byte[] head = body.readNBytes(64);
    if (head.length < Math.min(64, length)) {
      throw new IOException("no body");
    }
    overloads.add(detail);
    return answer(false, Reason.OVERLOAD, detail);
  }

  private ReviewAnswer answer(boolean allowed, Reason reason, String echo) {
    String response =
        "{\"allowed\":" + allowed + ",\"echo\":\"" + echo + " ".repeat(responseBytes) + "\"}";
    return new ReviewAnswer.Answered(
        decision(allowed, reason), response.getBytes(StandardCharsets.UTF_8));
  }

  private static Decision decision(boolean allowed, Reason reason) {
    return new Decision(
        "0193",
        Instant.EPOCH,
        1,
        Duration.ZERO,
        Duration.ZERO,
        new Decision.Service("0", "c", "r"),
        new Decision.Request(
            "u",
            "anonymous",
            "mutate",
            "CREATE",
            "v1",
            "Pod",
            "n",
            "p",
            Optional.empty(),
            false,
            "user",
            List.of()),
        allowed ? Outcome.ALLOWED : Outcome.DENIED,
        allowed ? Verdict.VERIFIED : Verdict.ERROR,
        reason,
        "",
        Mode.ENFORCE,
        "sha256:0",
        "sha256:0",
        1,
        Optional.empty(),
        List.of(),
        List.of());
  }

  private static void sneak(Throwable throwable) {
    switch (throwable) {
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      default -> throw new IllegalArgumentException(throwable);
    }
  }
}
