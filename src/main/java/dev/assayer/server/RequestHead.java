package dev.assayer.server;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the listeners read of a request before its body. */
final class RequestHead {
  private static final HeaderName NAMELESS = HeaderNames.create("");
  private static final String TIMEOUT = "timeout=";

  private final ServerRequest request;
  private final HttpPrologue prologue;
  private final ServerRequestHeaders headers;

  RequestHead(ServerRequest request) {
    this.request = request;
    this.prologue = request.prologue();
    this.headers = request.headers();
  }

  /** The path exactly as sent; empty for a target that is more than path and query. */
  Optional<String> path() {
    return prologue.fragment().hasValue()
        ? Optional.empty()
        : Optional.of(prologue.uriPath().rawPath());
  }

  /** The query exactly as sent, without its question mark. */
  String query() {
    return prologue.hasQuery() ? prologue.query().rawValue() : "";
  }

  /** The method exactly as sent. */
  String method() {
    return prologue.method().text();
  }

  /** Whether a field has no name, which Helidon lets pass. */
  boolean hasNamelessField() {
    return headers.contains(NAMELESS);
  }

  /** Whether the body has another framing than a length. */
  boolean isTransferEncoded() {
    return headers.contains(HeaderNames.TRANSFER_ENCODING);
  }

  /** The announced length, which Helidon has checked; empty when none is announced. */
  Optional<Long> length() {
    return headers.contains(HeaderNames.CONTENT_LENGTH)
        ? Optional.of(headers.contentLength().orElse(0))
        : Optional.empty();
  }

  /** Whether the client wants the connection to end with this answer. */
  boolean endsConnection() {
    return values(HeaderNames.CONNECTION).stream()
        .flatMap(value -> List.of(value.split(",", -1)).stream())
        .anyMatch(token -> token.strip().equalsIgnoreCase("close"));
  }

  /** The first value of a header. */
  Optional<String> first(HeaderName name) {
    return values(name).stream().findFirst();
  }

  /** Why this is no uncompressed JSON, if so. */
  Optional<String> notJson() {
    List<String> types = values(HeaderNames.CONTENT_TYPE);
    if (types.size() != 1 || !mediaType(types.getFirst()).equalsIgnoreCase(Reply.JSON)) {
      return Optional.of("the body must be sent with Content-Type: application/json");
    }
    boolean coded =
        values(HeaderNames.CONTENT_ENCODING).stream()
            .anyMatch(coding -> !coding.strip().equalsIgnoreCase("identity"));
    return coded ? Optional.of("the body must be sent without Content-Encoding") : Optional.empty();
  }

  /** The time-out that the API server grants; of several the least, of bad ones none. */
  Optional<Duration> granted() {
    if (!prologue.hasQuery()) {
      return Optional.empty();
    }
    Optional<Duration> least = Optional.empty();
    for (String parameter : prologue.query().rawValue().split("&", -1)) {
      if (parameter.startsWith(TIMEOUT)) {
        Optional<Duration> one = GoDuration.parse(parameter.substring(TIMEOUT.length()));
        if (one.isPresent() && (least.isEmpty() || one.get().compareTo(least.get()) < 0)) {
          least = one;
        }
      }
    }
    return least;
  }

  /** Subject of the verified client certificate (RFC 2253), or {@code anonymous}. */
  String caller() {
    return request
        .remotePeer()
        .tlsCertificates()
        .filter(chain -> chain.length > 0)
        .map(chain -> subject(chain[0]))
        .orElse("anonymous");
  }

  private static String subject(Certificate certificate) {
    return certificate instanceof X509Certificate x509
        ? x509.getSubjectX500Principal().getName()
        : "unknown";
  }

  private List<String> values(HeaderName name) {
    if (!headers.contains(name)) {
      return List.of();
    }
    Header header = headers.get(name);
    return header.allValues();
  }

  private static String mediaType(String value) {
    int end = value.indexOf(';');
    return (end < 0 ? value : value.substring(0, end)).strip();
  }
}
