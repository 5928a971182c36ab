package dev.assayer.cluster;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Outcome;
import dev.assayer.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongSupplier;

/**
 * Writes an Event on the object that owns what was denied, since its user is a controller that
 * nobody watches. What a person denied sees, the API server has told them. Taking a decision never
 * waits; Events are sent by one thread, at a bounded rate, and one for the same owner and reason
 * every five minutes.
 */
public final class DenialEvents implements AutoCloseable {
  private static final int QUEUE = 256;
  private static final int REMEMBERED = 1000;
  private static final int BURST = 20;
  private static final Duration EACH = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofMinutes(5);
  private static final int MOST_NAME = 200;

  private final KubeApi api;
  private final ClusterObserver observer;
  private final String replica;
  private final LongSupplier nanoTime;
  private final BlockingQueue<Note> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Map<String, Long> sent =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > REMEMBERED;
        }
      };
  private final Thread sender = Thread.ofVirtual().name("denial events").unstarted(this::send);
  private long credit = BURST;
  private long credited;

  /** A denial that concerns an object. */
  private record Note(
      String namespace,
      Resource resource,
      String name,
      String reason,
      String message,
      Instant time) {
    String key() {
      return namespace + '/' + resource.kind() + '/' + name + '/' + reason;
    }
  }

  /** Sends nothing before {@link #start}. */
  DenialEvents(KubeApi api, ClusterObserver observer, String replica, LongSupplier nanoTime) {
    this.api = api;
    this.observer = observer;
    this.replica = replica;
    this.nanoTime = nanoTime;
    credited = nanoTime.getAsLong();
  }

  /** Sends from now on. */
  void start() {
    sender.start();
  }

  /** Takes note of a decision; never waits and never throws. */
  public void accept(Decision decision) {
    note(decision)
        .ifPresent(note -> {
          if (!queue.offer(note)) {
            observer.event("dropped");
          }
        });
  }

  private static Optional<Note> note(Decision decision) {
    Decision.Request request = decision.request();
    if (decision.outcome() != Outcome.DENIED || request.dryRun() || request.namespace().isEmpty()) {
      return Optional.empty();
    }
    // Of what is denied at creation only the owner exists; of what is denied later, it does itself.
    Optional<Decision.Owner> subject =
        request
            .owner()
            .or(() ->
                request.operation().equals("UPDATE")
                    ? Optional.of(
                        Decision.Owner.claimed(
                            request.apiVersion(), request.kind(), request.name(), ""))
                    : Optional.empty());
    return subject
        .filter(object -> !object.name().isEmpty())
        .flatMap(object ->
            Resource.owner(object.apiVersion(), object.kind())
                .map(resource ->
                    new Note(
                        request.namespace(),
                        resource,
                        object.name(),
                        decision.reason().code(),
                        message(decision),
                        decision.time())));
  }

  /** The first image that was denied for the reason of the whole, in at most 1024 characters. */
  private static String message(Decision decision) {
    Optional<ImageDecision> worst =
        decision.images().stream().filter(image -> image.reason() == decision.reason()).findFirst();
    String image = worst.map(one -> Text.safe(one.requested(), 200) + " ").orElse("");
    String detail =
        worst.map(ImageDecision::detail).filter(text -> !text.isEmpty()).orElse(decision.detail());
    return "assayer: denied "
        + image
        + "["
        + decision.reason().code()
        + "] "
        + Text.safe(detail, 600)
        + ". Record "
        + decision.recordId();
  }

  private void send() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        handle(queue.take());
      }
    } catch (InterruptedException closed) {
      // close() wants this thread to end.
    }
  }

  /** Sends what waits; for tests, which have no thread. */
  void drain() {
    for (Note note = queue.poll(); note != null; note = queue.poll()) {
      handle(note);
    }
  }

  private void handle(Note note) {
    long now = nanoTime.getAsLong();
    Long before = sent.get(note.key());
    if (before != null && now - before < QUIET.toNanos()) {
      observer.event("repeated");
      return;
    }
    if (!mayPass(now)) {
      observer.event("dropped");
      return;
    }
    KubeAnswer owner = api.get(note.resource(), Optional.of(note.namespace()), note.name());
    String uid =
        owner instanceof KubeAnswer.Found(JsonObject object)
            ? Text.text(object, "metadata", "uid")
            : "";
    KubeAnswer answer =
        owner instanceof KubeAnswer.Absent
            ? owner // an owner that was only claimed
            : api.create(Resource.EVENT, Optional.of(note.namespace()), event(note, uid));
    boolean done = answer instanceof KubeAnswer.Found;
    observer.event(done ? "sent" : "failed");
    if (done) {
      sent.put(note.key(), now);
    }
  }

  private boolean mayPass(long now) {
    long earned = (now - credited) / EACH.toNanos();
    if (earned > 0) {
      credit = Math.min(BURST, credit + earned);
      credited = now;
    }
    if (credit == 0) {
      return false;
    }
    credit--;
    return true;
  }

  private JsonObject event(Note note, String uid) {
    String at = note.time().truncatedTo(ChronoUnit.SECONDS).toString();
    JsonObject.Builder involved =
        JsonObject.builder()
            .put("apiVersion", note.resource().apiVersion())
            .put("kind", note.resource().kind())
            .put("namespace", note.namespace())
            .put("name", note.name());
    if (!uid.isEmpty()) {
      involved.put("uid", uid);
    }
    String prefix = note.name().substring(0, Math.min(MOST_NAME, note.name().length()));
    return JsonObject.builder()
        .put("apiVersion", "v1")
        .put("kind", "Event")
        .put(
            "metadata",
            JsonObject.builder()
                .put("generateName", prefix + ".")
                .put("namespace", note.namespace())
                .build())
        .put("involvedObject", involved.build())
        .put("type", "Warning")
        .put("reason", "ImageDenied")
        .put("message", note.message())
        .put("source", JsonObject.builder().put("component", "assayer").build())
        .put("reportingComponent", "assayer.dev/assayer")
        .put("reportingInstance", replica.isEmpty() ? "-" : replica)
        .put("firstTimestamp", at)
        .put("lastTimestamp", at)
        .put("count", 1)
        .build();
  }

  /** Sends nothing more. */
  @Override
  public void close() {
    sender.interrupt();
  }
}
