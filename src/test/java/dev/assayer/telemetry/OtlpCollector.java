package dev.assayer.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Receives OTLP over HTTP on loopback, and reads of it what tests ask for. */
final class OtlpCollector implements AutoCloseable {
  /** A span as it arrived. Attribute values are strings, longs, booleans or lists of them. */
  record Received(
      String traceId,
      String spanId,
      String parentId,
      String traceState,
      String name,
      long kind,
      long start,
      long end,
      Map<String, Object> attributes,
      long status) {}

  /** A log record as it arrived. */
  record Logged(
      String traceId,
      String spanId,
      long time,
      long severity,
      long flags,
      String event,
      String body,
      Map<String, Object> attributes) {}

  static final long ERROR = 2;
  static final long SERVER = 2;
  static final long CLIENT = 3;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch released = new CountDownLatch(1);
  final List<Received> spans = new CopyOnWriteArrayList<>();
  final List<Logged> logs = new CopyOnWriteArrayList<>();
  final List<Map<String, Object>> resources = new CopyOnWriteArrayList<>();
  final List<String> raw = new CopyOnWriteArrayList<>();
  volatile int status = 200;
  volatile boolean hanging;

  /** Hangs after the head of its answer. */
  volatile boolean hangingInBody;

  final AtomicInteger hung = new AtomicInteger();

  OtlpCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(threads);
    server.createContext("/v1/traces", exchange -> receive(exchange, this::readSpans));
    server.createContext("/v1/logs", exchange -> receive(exchange, this::readLogs));
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void receive(HttpExchange exchange, Consumer<byte[]> read) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (hanging) {
      hang();
    }
    if (hangingInBody) {
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().flush();
      hung.incrementAndGet();
      hang();
      return;
    }
    if (status == 200) {
      raw.add(new String(body, StandardCharsets.UTF_8));
      read.accept(body);
    }
    exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private void hang() {
    try {
      released.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void readSpans(byte[] body) {
    read(body, span -> spans.add(span(span)));
  }

  private void readLogs(byte[] body) {
    read(body, log -> logs.add(log(log)));
  }

  /** Both signals stand in the same places: resource, scope, items. */
  private void read(byte[] body, Consumer<Protobuf> each) {
    for (byte[] items : new Protobuf(body).messages(1)) {
      Protobuf of = new Protobuf(items);
      of.messages(1).forEach(resource -> resources.add(attributes(new Protobuf(resource), 1)));
      for (byte[] scope : of.messages(2)) {
        new Protobuf(scope).messages(2).forEach(item -> each.accept(new Protobuf(item)));
      }
    }
  }

  private static Logged log(Protobuf log) {
    return new Logged(
        hex(log, 9),
        hex(log, 10),
        log.number(1),
        log.number(2),
        log.number(8),
        log.text(12),
        new Protobuf(log.messages(5).getFirst()).text(1),
        attributes(log, 6));
  }

  private static Received span(Protobuf span) {
    long status = span.messages(15).stream().map(Protobuf::new).mapToLong(of -> of.number(3)).sum();
    return new Received(
        hex(span, 1),
        hex(span, 2),
        hex(span, 4),
        span.text(3),
        span.text(5),
        span.number(6),
        span.number(7),
        span.number(8),
        attributes(span, 9),
        status);
  }

  private static String hex(Protobuf message, int field) {
    return message.messages(field).stream().findFirst().map(HexFormat.of()::formatHex).orElse("");
  }

  private static Map<String, Object> attributes(Protobuf message, int field) {
    Map<String, Object> attributes = new HashMap<>();
    for (byte[] pair : message.messages(field)) {
      Protobuf of = new Protobuf(pair);
      attributes.put(of.text(1), value(new Protobuf(of.messages(2).getFirst())));
    }
    return attributes;
  }

  private static Object value(Protobuf any) {
    if (any.has(2)) {
      return any.number(2) != 0;
    }
    if (any.has(3)) {
      return any.number(3);
    }
    if (any.has(5)) {
      List<Object> values = new ArrayList<>();
      for (byte[] each : new Protobuf(any.messages(5).getFirst()).messages(1)) {
        values.add(value(new Protobuf(each)));
      }
      return values;
    }
    return any.text(1);
  }

  @Override
  public void close() {
    released.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
