package dev.assayer.remote;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/**
 * Takes the answer to a parcel: the head tells what became of it, of the body the beginning is kept
 * for people. A short body is read to its end, so that the connection can be used again; a long one
 * is left. Serves one exchange.
 */
final class Receipt implements BodyHandler<Void> {
  private static final int KEPT = 2 * 1024;
  private static final int READ = 16 * 1024;

  private final byte[] said = new byte[KEPT];
  private int kept;
  private Optional<ResponseInfo> head = Optional.empty();

  @Override
  public synchronized BodySubscriber<Void> apply(ResponseInfo info) {
    head = Optional.of(info);
    return new Reader();
  }

  /** What the answer means; empty as long as there is none. */
  synchronized Optional<CourierResult> result() {
    return head.map(info -> {
      String text = new String(said, 0, kept, StandardCharsets.UTF_8);
      int status = info.statusCode();
      return status / 100 == 2
          ? new CourierResult.Delivered(status, text)
          : new CourierResult.Refused(status, retryAfter(info.headers()), text);
    });
  }

  /** Seconds or a date (RFC 9110 section 10.2.3); anything else says nothing. */
  private static Optional<Duration> retryAfter(HttpHeaders headers) {
    Optional<String> value = headers.firstValue("retry-after").map(String::strip);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    String text = value.get();
    if (!text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    return Exchanges.parse(text)
        .map(date -> Duration.between(Instant.now(), date))
        .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
  }

  private synchronized void keep(ByteBuffer buffer) {
    int more = Math.min(buffer.remaining(), KEPT - kept);
    buffer.get(said, kept, more);
    kept += more;
  }

  private final class Reader implements BodySubscriber<Void> {
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private Optional<Subscription> subscription = Optional.empty();
    private long read;

    @Override
    public void onSubscribe(Subscription given) {
      subscription = Optional.of(given);
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        read += buffer.remaining();
        keep(buffer);
      }
      if (read > READ) {
        subscription.ifPresent(Subscription::cancel);
        onComplete();
      }
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    @SuppressWarnings("NullAway") // Void has no other value
    public void onComplete() {
      end.complete(null);
    }

    @Override
    public CompletionStage<Void> getBody() {
      return end;
    }
  }
}
