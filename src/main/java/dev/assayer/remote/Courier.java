package dev.assayer.remote;

import dev.assayer.crypto.TlsTrust;
import dev.assayer.time.Deadline;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Posts JSON documents to one receiver, over http or https. No proxy, no redirects, no cookies, no
 * credentials but the headers of a parcel; each exchange is bounded as a whole by its deadline, and
 * of an answer's body a few kilobytes are read. Safe for concurrent use.
 */
public final class Courier implements AutoCloseable {
  private static final String RECEIVER = "the receiver";
  private static final String ALERT = "the message";
  private static final Duration CONNECT_BACKSTOP = Duration.ofSeconds(15);

  private final RenewedClient client;

  private Courier(TlsTrust trust) {
    ThreadFactory threads = Thread.ofVirtual().name("courier-", 0).factory();
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(CONNECT_BACKSTOP)
            .sslContext(trust.clientContext())
            .sslParameters(TlsTrust.clientParameters())
            .executor(task -> threads.newThread(task).start());
    client = new RenewedClient(builder::build);
  }

  /** Makes one; nothing is sent yet. */
  public static Courier open(TlsTrust trust) {
    return new Courier(trust);
  }

  /** Posts once; never throws for what a receiver does. */
  public CourierResult post(Parcel parcel, Deadline deadline) {
    Duration given = deadline.remaining();
    if (given.isZero()) {
      return new CourierResult.Failed(CallResult.TIMEOUT, "no time was left for " + ALERT);
    }
    HttpRequest request;
    try {
      request = request(parcel);
    } catch (IllegalArgumentException unusable) {
      // Its message quotes the header or the address.
      return new CourierResult.Failed(
          CallResult.MALFORMED, "its address or one of its headers cannot be sent");
    }
    Receipt receipt = new Receipt();
    CompletableFuture<HttpResponse<Void>> exchange = client.send(request, receipt);
    try {
      var _ = exchange.get(given.toNanos(), TimeUnit.NANOSECONDS);
      return receipt.result().orElseGet(() -> cut("no answer"));
    } catch (TimeoutException late) {
      exchange.cancel(true);
      return receipt
          .result()
          .orElseGet(() -> cut(RECEIVER + " did not answer within " + Words.time(given)));
    } catch (InterruptedException stopped) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      return receipt.result().orElseGet(() -> cut("called off before an answer came"));
    } catch (ExecutionException failed) {
      client.failed();
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      return receipt.result().orElseGet(() -> failure(parcel, cause));
    }
  }

  private static HttpRequest request(Parcel parcel) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(parcel.to())
            .header("User-Agent", "assayer")
            .header("Accept-Encoding", "identity")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(parcel.json()));
    parcel.headers().forEach(request::setHeader);
    return request.build();
  }

  private static CourierResult cut(String why) {
    return new CourierResult.Failed(CallResult.TIMEOUT, why);
  }

  private static CourierResult failure(Parcel parcel, Throwable cause) {
    // No head came: an empty body says so.
    Answer answer = Failures.explain(RECEIVER, ALERT, new CappedBody(0, new ByteBudget(0)), cause);
    if (answer instanceof Answer.Lost lost) {
      return new CourierResult.Failed(
          lost.result(),
          namesHost(parcel, cause)
              ? RECEIVER + " was refused before " + ALERT + ": its certificate is not for its host"
              : lost.detail());
    }
    return new CourierResult.Failed(CallResult.MALFORMED, "no answer came");
  }

  /** Of all words about failures only those about a certificate's names quote the host. */
  private static boolean namesHost(Parcel parcel, Throwable cause) {
    String host =
        Optional.ofNullable(parcel.to().getHost()).orElse("").replace("[", "").replace("]", "");
    return Failures.find(cause, CertificateException.class)
        .map(refused -> String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT))
        .filter(said -> said.contains(host.toLowerCase(Locale.ROOT)))
        .isPresent();
  }

  /** Takes no more parcels and lets those under way end. */
  @Override
  public void close() {
    client.close();
  }
}
