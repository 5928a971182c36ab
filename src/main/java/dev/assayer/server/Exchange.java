package dev.assayer.server;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;

/**
 * One request and its answer on a guarded connection. Stands in front of Helidon's routing, which
 * normalises paths, and takes its place.
 */
final class Exchange implements Filter {
  private static final System.Logger LOGGER = System.getLogger(Exchange.class.getName());

  private static final Header NO_STORE =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");
  private static final Header NO_SNIFF =
      HeaderValues.createCached(HeaderNames.create("X-Content-Type-Options"), "nosniff");

  private final ConnectionGuard guard;
  private final Handler handler;
  private final List<Header> always;

  /** Makes answers. */
  interface Handler {
    Reply reply(ServerRequest request, Connection connection);
  }

  /**
   * Exchanges on this guard's connections.
   *
   * @param always header fields of every answer
   */
  Exchange(ConnectionGuard guard, Handler handler, List<Header> always) {
    this.guard = guard;
    this.handler = handler;
    this.always = List.copyOf(always);
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    Connection connection = guard.routed(request);
    boolean last;
    try {
      last = answer(request, response, connection);
    } catch (CloseConnectionException ending) {
      throw ending;
    } catch (RuntimeException | Error failure) {
      // A client that went away, or a failure of ours; Helidon would answer 500 and go on.
      LOGGER.log(System.Logger.Level.DEBUG, "an answer could not be sent", failure);
      throw new CloseConnectionException("no answer", failure);
    }
    if (last) {
      // The header alone does not end it: Helidon would read the next request.
      throw new CloseConnectionException("this was the last answer");
    }
    guard.answered(connection);
  }

  /** Whether it was the last answer of the connection. */
  private boolean answer(RoutingRequest request, RoutingResponse response, Connection connection) {
    Reply reply = handler.reply(request, connection);
    boolean last = reply.end() || guard.isRetiring() || new RequestHead(request).endsConnection();
    send(request, response, reply, last);
    if (reply.end()) {
      connection.linger();
    }
    return last;
  }

  private void send(RoutingRequest request, RoutingResponse response, Reply reply, boolean last) {
    response.status(Status.create(reply.status()));
    response.header(HeaderNames.CONTENT_TYPE, reply.contentType());
    response.header(NO_STORE);
    response.header(NO_SNIFF);
    always.forEach(response::header);
    reply.allow().ifPresent(methods -> response.header(HeaderNames.ALLOW, methods));
    if (last) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    if (request.prologue().method().text().equals("HEAD")) {
      response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(reply.body().length));
      response.send(new byte[0]);
    } else {
      response.send(reply.body());
    }
  }
}
