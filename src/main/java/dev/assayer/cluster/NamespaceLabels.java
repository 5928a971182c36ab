package dev.assayer.cluster;

import dev.assayer.config.KubernetesNames;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.state.BoundedMemory;
import dev.assayer.state.SingleFlight;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Knows the labels of namespaces by the API: asked when they are needed, once for all who ask at
 * the same time, and remembered for a few seconds. What is older is as good as not known.
 */
final class NamespaceLabels implements NamespaceSource {
  private static final Duration WAIT = Duration.ofMillis(500);
  private static final Duration FRESH = Duration.ofSeconds(5);

  /** After a call that failed, so that a slow API server is not asked by every review. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final long MEMORY_BYTES = 2L << 20;

  private final KubeApi api;
  private final KubeApi patient;
  private final LongSupplier nanoTime;
  private final BoundedMemory<String, Known> memory = new BoundedMemory<>(MEMORY_BYTES);
  private final SingleFlight<String, Long, Known> flights = new SingleFlight<>();

  /**
   * An answer, or that there was none.
   *
   * @param at when it was asked for
   */
  private record Known(Optional<Map<String, String>> labels, long at) {}

  NamespaceLabels(KubeApi api) {
    this(api, System::nanoTime);
  }

  NamespaceLabels(KubeApi api, LongSupplier nanoTime) {
    this.api = api.patient(WAIT);
    patient = api;
    this.nanoTime = nanoTime;
  }

  @Override
  public Optional<Map<String, String>> labels(String namespace) {
    if (!KubernetesNames.label(namespace)) {
      return Optional.empty();
    }
    Optional<Known> known = memory.get(namespace).filter(this::isCurrent);
    if (known.isPresent()) {
      return known.get().labels();
    }
    var flight = flights.join(namespace, nanoTime::getAsLong, asked -> ask(namespace, asked));
    try {
      return flight.result().get(WAIT.toNanos(), TimeUnit.NANOSECONDS).labels();
    } catch (TimeoutException | ExecutionException unknown) {
      return Optional.empty();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public Optional<List<String>> having(String label, boolean present) {
    String selector = present ? label : "!" + label;
    return patient.list(Resource.NAMESPACE, Optional.empty(), selector)
            instanceof KubeAnswer.Found(JsonObject list)
        ? Optional.of(
            Text.objects(list, "items").stream()
                .map(namespace -> Text.text(namespace, "metadata", "name"))
                .sorted()
                .toList())
        : Optional.empty();
  }

  private boolean isCurrent(Known known) {
    Duration life = known.labels().isPresent() ? FRESH : RETRY;
    return nanoTime.getAsLong() - known.at() < life.toNanos();
  }

  private Known ask(String namespace, long asked) {
    Optional<Map<String, String>> labels =
        api.get(Resource.NAMESPACE, Optional.empty(), namespace)
                instanceof KubeAnswer.Found(JsonObject object)
            ? labels(namespace, object)
            : Optional.empty();
    Known known = new Known(labels, asked);
    int size = labels.map(all -> all.toString().length()).orElse(0);
    memory.put(namespace, known, 200 + namespace.length() + 2 * size);
    return known;
  }

  /** Not known for an object that is not this namespace, or not as the API has it. */
  private static Optional<Map<String, String>> labels(String namespace, JsonObject object) {
    if (!Text.text(object, "kind").equals("Namespace")
        || !Text.text(object, "metadata", "name").equals(namespace)) {
      return Optional.empty();
    }
    Optional<Json> written = Text.at(object, "metadata", "labels");
    if (written.isEmpty()) {
      return Optional.of(Map.of());
    }
    Map<String, String> labels = new HashMap<>();
    for (Map.Entry<String, Json> entry :
        written.get().asObject().map(JsonObject::entries).orElse(List.of())) {
      entry.getValue().asString().ifPresent(value -> labels.put(entry.getKey(), value));
    }
    boolean whole = written.get().asObject().filter(all -> all.size() == labels.size()).isPresent();
    return whole ? Optional.of(Map.copyOf(labels)) : Optional.empty();
  }
}
