package dev.assayer.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/** What an embedded server does wrong on one path. */
@FunctionalInterface
public interface Fault {
  /**
   * Answers in place of the server.
   *
   * @param honest what the server would have done
   */
  void answer(HttpExchange exchange, HttpHandler honest) throws IOException, InterruptedException;

  /** Accepts the request and never answers, until the server is stopped. */
  static Fault hang() {
    return (exchange, honest) -> Thread.sleep(Duration.ofDays(1));
  }

  /** The honest answer, this much later. */
  static Fault delay(Duration by) {
    return (exchange, honest) -> {
      Thread.sleep(by);
      honest.handle(exchange);
    };
  }

  /** An empty answer with this status. */
  static Fault status(int status) {
    return reply(status, Map.of(), new byte[0]);
  }

  /** A fixed answer: a redirect, a {@code Retry-After}, a page of HTML. */
  static Fault reply(int status, Map<String, String> headers, byte[] body) {
    return (exchange, honest) -> {
      headers.forEach(exchange.getResponseHeaders()::set);
      EmbeddedServer.send(exchange, status, body);
    };
  }

  /** Status 200 and zero bytes without end; {@code declared} is the Content-Length, 0 for none. */
  static Fault endless(long declared) {
    return (exchange, honest) -> {
      exchange.sendResponseHeaders(200, declared);
      byte[] block = new byte[8192];
      try (OutputStream out = exchange.getResponseBody()) {
        for (long left = declared == 0 ? Long.MAX_VALUE : declared; left > 0; ) {
          int count = (int) Math.min(block.length, left);
          out.write(block, 0, count);
          left -= count;
        }
      }
    };
  }

  /** These bytes with the right length, one at a time with a pause after each. */
  static Fault trickle(byte[] body, Duration pause) {
    byte[] copy = Arrays.copyOf(body, body.length);
    return (exchange, honest) -> {
      exchange.sendResponseHeaders(200, copy.length);
      try (OutputStream out = exchange.getResponseBody()) {
        for (byte b : copy) {
          out.write(b);
          out.flush();
          Thread.sleep(pause);
        }
      }
    };
  }

  /** Promises more bytes than it sends, then closes the connection. */
  static Fault truncated(byte[] body, int promised) {
    byte[] copy = Arrays.copyOf(body, body.length);
    return (exchange, honest) -> {
      exchange.sendResponseHeaders(200, promised);
      exchange.getResponseBody().write(copy);
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }
}
