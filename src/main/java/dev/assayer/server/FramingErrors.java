package dev.assayer.server;

import dev.assayer.decision.Refusal;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import org.jspecify.annotations.Nullable;

/**
 * What Helidon answers where it cannot read a request. It takes some malformed requests for errors
 * of its own; to the client all are its errors, and all end the connection.
 */
final class FramingErrors implements DirectHandler {

  /** For every kind of error. */
  static DirectHandlers everywhere() {
    DirectHandlers.Builder all = DirectHandlers.builder();
    for (EventType type : EventType.values()) {
      all.addHandler(type, new FramingErrors());
    }
    return all.build();
  }

  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType eventType,
      Status defaultStatus,
      ServerResponseHeaders headers,
      @Nullable String message) {
    Status status =
        defaultStatus.code() == Status.INTERNAL_SERVER_ERROR_500.code()
            ? Status.BAD_REQUEST_400
            : defaultStatus;
    // Helidon's message may quote the request.
    Reply reply =
        Reply.problem(
            status.code(), Refusal.BAD_FRAMING.code(), "this is no HTTP/1.1 request we can read");
    return TransportResponse.builder()
        .status(status)
        .header(HeaderValues.create(HeaderNames.CONTENT_TYPE, reply.contentType()))
        .header(HeaderValues.CONNECTION_CLOSE)
        .keepAlive(false)
        .entity(reply.body())
        .build();
  }
}
