package dev.assayer.remote;

import dev.assayer.decision.Reason;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Collects the body of a 200 up to a cap, judging the head first; skips any other body. Memory
 * follows the bytes that came, never the length that was announced. Also remembers how far the
 * response got, for messages. Serves one GET.
 *
 * <p>The reply is there as soon as the last byte is: the client gives the connection back before it
 * says so, and what it does afterwards costs two more changes of thread.
 */
final class CappedBody implements BodyHandler<byte[]> {
  private static final int FIRST_BLOCK = 8 * 1024;
  private static final long DRAINED = 16 * 1024;
  private static final byte[] NOTHING = {};

  /** Why the client itself gave a response up. */
  record Refused(Reason reason, String words) {}

  private final long cap;
  private final ByteBudget budget;
  private final CompletableFuture<Answer.Reply> reply = new CompletableFuture<>();
  private volatile boolean headCame;
  private volatile boolean over;
  private volatile long received;
  private volatile OptionalLong announced = OptionalLong.empty();
  private volatile Optional<Refused> refused = Optional.empty();
  private final AtomicReference<ByteBudget.Share> share;

  /**
   * Collects one answer.
   *
   * @param cap most bytes of a body
   * @param budget for all answers that are under way
   */
  CappedBody(long cap, ByteBudget budget) {
    this.cap = cap;
    this.budget = budget;
    share = new AtomicReference<>(budget.new Share());
  }

  /** Completes with the response or with what ended the exchange. */
  CompletableFuture<Answer.Reply> reply() {
    return reply;
  }

  /** Takes note of the exchange's end, which counts if no response was collected before. */
  void ended(@Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
    over = true;
    share.get().end();
    if (response != null) {
      reply.complete(new Answer.Reply(response.statusCode(), response.headers(), NOTHING, 1));
    } else {
      reply.completeExceptionally(failure == null ? new IOException("no response") : failure);
    }
  }

  boolean headCame() {
    return headCame;
  }

  /** Bytes of the body so far. */
  long received() {
    return received;
  }

  OptionalLong announced() {
    return announced;
  }

  Optional<Refused> refused() {
    return refused;
  }

  @Override
  public BodySubscriber<byte[]> apply(ResponseInfo head) {
    headCame = true;
    if (over) {
      return new Skipping();
    }
    boolean wanted = head.statusCode() == 200;
    refused = judge(head.headers(), wanted);
    if (refused.isPresent()) {
      return new Skipping();
    }
    if (wanted) {
      return new Collecting(head, cap);
    }
    // Reading a short error page keeps the connection; a long one is not worth it.
    return announced.orElse(Long.MAX_VALUE) <= DRAINED
        ? new Collecting(head, DRAINED)
        : new Skipping();
  }

  private Optional<Refused> judge(HttpHeaders headers, boolean wanted) {
    List<String> lengths = headers.allValues("content-length").stream().distinct().toList();
    if (lengths.size() > 1
        || (!lengths.isEmpty() && headers.firstValue("transfer-encoding").isPresent())) {
      return malformed("gave the length of its answer in two ways");
    }
    announced = headers.firstValueAsLong("content-length");
    if (!wanted) {
      return Optional.empty();
    }
    for (String coding : headers.allValues("content-encoding")) {
      if (!coding.strip().equalsIgnoreCase("identity")) {
        return malformed("used a content encoding that nobody asked for: " + Words.safe(coding));
      }
    }
    if (announced.orElse(0) > cap) {
      return Optional.of(
          new Refused(
              Reason.TOO_LARGE,
              "announced " + announced.orElse(0) + " bytes where at most " + cap + " are taken"));
    }
    return Optional.empty();
  }

  private static Optional<Refused> malformed(String words) {
    return Optional.of(new Refused(Reason.UPSTREAM_MALFORMED, words));
  }

  /** Takes nothing and closes the connection. */
  private static final class Skipping implements BodySubscriber<byte[]> {
    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}

    @Override
    public CompletionStage<byte[]> getBody() {
      return CompletableFuture.completedFuture(NOTHING);
    }
  }

  /** Copies out of the client's buffers, which may be large and hold a single byte each. */
  private final class Collecting implements BodySubscriber<byte[]> {
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ResponseInfo head;
    private final long most;
    private Optional<Subscription> subscription = Optional.empty();
    private byte[] block = NOTHING;
    private final ByteBudget.Share own = budget.new Share();
    private int used;

    private Collecting(ResponseInfo head, long most) {
      this.head = head;
      this.most = most;
      share.getAndSet(own).end(); // the client asks once more where no answer came
      if (over) {
        own.end();
      }
    }

    @Override
    public void onSubscribe(Subscription given) {
      subscription = Optional.of(given);
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        int more = buffer.remaining();
        if (body.isDone()) {
          return;
        }
        if (used + (long) more > most) {
          refuse(Reason.TOO_LARGE, "sent more than the " + most + " bytes allowed");
          return;
        }
        if (!reserve(more)) {
          refuse(Reason.OVERLOAD, "sends too many large answers at once");
          return;
        }
        buffer.get(block, used, more);
        used += more;
      }
      received = used;
    }

    private void refuse(Reason reason, String words) {
      refused = Optional.of(new Refused(reason, words));
      subscription.ifPresent(Subscription::cancel);
      block = NOTHING;
      own.end();
      body.complete(NOTHING);
    }

    @Override
    public void onError(Throwable failure) {
      own.end();
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      own.end();
      byte[] whole = used == block.length ? block : Arrays.copyOf(block, used);
      reply.complete(new Answer.Reply(head.statusCode(), head.headers(), whole, 1));
      body.complete(whole);
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    /** Whether there is room. */
    private boolean reserve(int more) {
      long needed = used + (long) more;
      if (needed > block.length) {
        long end = announced.isPresent() ? Math.max(announced.getAsLong(), needed) : most;
        long wish = Math.max(Math.max(needed, block.length * 2L), FIRST_BLOCK);
        int length = (int) Math.min(wish, end);
        if (!own.isFor(length)) {
          return false;
        }
        block = Arrays.copyOf(block, length);
      }
      return true;
    }
  }
}
