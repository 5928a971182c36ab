package dev.assayer.remote;

import java.net.URI;
import java.net.http.HttpResponse;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Tells an observer of single exchanges what they were. */
final class Exchanges {
  private final CallObserver observer;

  /** What {@link #date} read last: it is the same for a second, and slow to read. */
  private volatile Optional<Dated> lastDate = Optional.empty();

  private record Dated(String header, Optional<Instant> instant) {}

  Exchanges(CallObserver observer) {
    this.observer = observer;
  }

  /**
   * An exchange ended.
   *
   * @param follows whether a redirect on the same host is followed
   */
  void ended(Origin origin, URI uri, boolean follows, Duration took, Answer answer) {
    Call call =
        switch (answer) {
          case Answer.Lost lost ->
              new Call(origin.label(), lost.result(), Optional.of(took), Optional.empty());
          case Answer.Reply reply ->
              new Call(
                  origin.label(),
                  result(origin, uri, follows, reply),
                  Optional.of(took),
                  date(reply).map(date -> Duration.between(date, Instant.now())));
        };
    observer.called(call);
  }

  /** An exchange ended without an answer that counts; another one was made in its place. */
  void lost(Origin origin, Duration took, CallResult result) {
    observer.called(new Call(origin.label(), result, Optional.of(took), Optional.empty()));
  }

  /** A call was not made. */
  void unmade(Origin origin, CallResult result) {
    observer.called(Call.unmade(origin.label(), result));
  }

  /** A response came, through a session with a certificate. */
  void certificate(Origin origin, HttpResponse<?> response) {
    response
        .sslSession()
        .flatMap(Exchanges::peer)
        .ifPresent(peer -> observer.certificate(origin.label(), peer.getNotAfter().toInstant()));
  }

  void breaker(Origin origin, BreakerState state) {
    observer.breaker(origin.label(), state);
  }

  /** What the server says is the time. */
  Optional<Instant> date(Answer.Reply reply) {
    Optional<String> header = reply.headers().firstValue("date");
    if (header.isEmpty()) {
      return Optional.empty();
    }
    Optional<Dated> known = lastDate.filter(last -> last.header().equals(header.get()));
    if (known.isEmpty()) {
      known = Optional.of(new Dated(header.get(), parse(header.get())));
      lastDate = known;
    }
    return known.get().instant();
  }

  /** Reads an HTTP date. */
  static Optional<Instant> parse(String date) {
    try {
      return Optional.of(
          ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException notDate) {
      return Optional.empty();
    }
  }

  /** What a response is for metrics. */
  static CallResult result(Origin origin, URI uri, boolean follows, Answer.Reply reply) {
    int status = reply.status();
    return switch (status) {
      case 200 -> CallResult.OK;
      case 404, 410 -> CallResult.NOT_FOUND;
      case 401, 403 -> CallResult.AUTH;
      case 429 -> CallResult.STATUS_429;
      default ->
          switch (status / 100) {
            case 3 ->
                follows && staysOn(origin, uri, reply)
                    ? CallResult.OK
                    : CallResult.REDIRECT_BLOCKED;
            case 4 -> CallResult.STATUS_4XX;
            case 5 -> CallResult.STATUS_5XX;
            default -> CallResult.MALFORMED;
          };
    };
  }

  private static boolean staysOn(Origin origin, URI uri, Answer.Reply reply) {
    return reply
        .headers()
        .firstValue("location")
        .flatMap(location -> resolve(uri, location))
        .flatMap(Origin::of)
        .equals(Optional.of(origin));
  }

  /** Where a Location leads from {@code uri}; empty if it cannot be read. */
  static Optional<URI> resolve(URI uri, String location) {
    try {
      return Optional.of(uri.resolve(location));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  private static Optional<X509Certificate> peer(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate certificate
          ? Optional.of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException nobody) {
      return Optional.empty();
    }
  }
}
