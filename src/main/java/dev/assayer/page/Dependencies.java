package dev.assayer.page;

import dev.assayer.json.Json;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the hosts that verification depends on have answered since the start. Told of every outgoing
 * call. Safe for concurrent use; never waits for a reader that writes.
 */
public final class Dependencies {
  private static final int MOST = 200;

  /** Of so many calls the median and the longest are told. */
  private static final int RECENT = 64;

  private final Map<String, Host> hosts = new TreeMap<>();

  /**
   * How a call ended.
   *
   * @param result the stable word of metrics, such as {@code ok} or {@code timeout}
   * @param answered whether the host did its work, also where it said no
   * @param took empty if nothing was sent
   */
  public record Ended(String result, boolean answered, Optional<Duration> took) {}

  /** A call at a time. */
  private record Seen(String result, Instant at) {
    Json json() {
      return JsonObject.builder().put("result", result).put("time", at.toString()).build();
    }
  }

  /** What is known of one host. Under the lock of the board. */
  private static final class Host {
    private final long[] micros = new long[RECENT];
    private long timed;
    private long calls;
    private long failures;
    private Optional<Seen> good = Optional.empty();
    private Optional<Seen> bad = Optional.empty();
    private Optional<Instant> certificate = Optional.empty();
    private Optional<String> breaker = Optional.empty();

    void ended(Ended call, Instant at) {
      calls++;
      Seen seen = new Seen(call.result(), at);
      if (call.answered()) {
        good = Optional.of(seen);
      } else {
        failures++;
        bad = Optional.of(seen);
      }
      call.took().ifPresent(took -> micros[(int) (timed++ % RECENT)] = took.toNanos() / 1000);
    }

    Known known(String name) {
      long[] times = new long[(int) Math.min(timed, RECENT)];
      System.arraycopy(micros, 0, times, 0, times.length);
      return new Known(name, times, calls, failures, good, bad, certificate, breaker);
    }
  }

  /** A copy for a reader. */
  private record Known(
      String name,
      long[] micros,
      long calls,
      long failures,
      Optional<Seen> good,
      Optional<Seen> bad,
      Optional<Instant> certificate,
      Optional<String> breaker) {

    void write(JsonWriter out) {
      Arrays.sort(micros);
      boolean timed = micros.length > 0;
      out.put("host", name)
          .put("calls", calls)
          .put("failures", failures)
          .put("timed", micros.length)
          .put("median_us", timed ? Json.of(micros[micros.length / 2]) : JsonNull.NULL)
          .put("longest_us", timed ? Json.of(micros[micros.length - 1]) : JsonNull.NULL)
          .put("last_answer", good.map(Seen::json).orElse(JsonNull.NULL))
          .put("last_failure", bad.map(Seen::json).orElse(JsonNull.NULL))
          .put(
              "certificate_expires",
              certificate.<Json>map(at -> Json.of(at.toString())).orElse(JsonNull.NULL))
          .put("breaker", breaker.<Json>map(Json::of).orElse(JsonNull.NULL));
    }
  }

  /** A call ended. */
  public synchronized void called(String host, Ended call, Instant at) {
    host(host).ifPresent(known -> known.ended(call, at));
  }

  /** A host showed a certificate that ends then. */
  public synchronized void certificate(String host, Instant notAfter) {
    host(host).ifPresent(known -> known.certificate = Optional.of(notAfter));
  }

  /** The circuit breaker of a host is now {@code closed}, {@code half_open} or {@code open}. */
  public synchronized void breaker(String host, String state) {
    host(host).ifPresent(known -> known.breaker = Optional.of(state));
  }

  /** Beyond the bound nothing more is learnt: hosts are configured, not requested. */
  private Optional<Host> host(String name) {
    if (!hosts.containsKey(name) && hosts.size() >= MOST) {
      return Optional.empty();
    }
    return Optional.of(hosts.computeIfAbsent(name, _ -> new Host()));
  }

  private synchronized List<Known> known() {
    return hosts.entrySet().stream().map(each -> each.getValue().known(each.getKey())).toList();
  }

  /** As JSON, by host. */
  byte[] json() {
    List<Known> now = known();
    return JsonWriter.object(
        out -> out.put("dependencies", now, (host, known) -> known.write(host)));
  }
}
