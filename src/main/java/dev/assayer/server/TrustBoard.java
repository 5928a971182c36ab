package dev.assayer.server;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.decision.Verdict;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The trust data of every repository that was verified since the start: what {@code assayer trust
 * status} shows. Only what verified gets a place, so unsigned names cannot fill it; of too many,
 * the one not verified for longest goes. Safe for concurrent use.
 */
final class TrustBoard {
  private static final int MOST = 10_000;

  /** Verifiers of this type have a chain of roles; the others have none to show. */
  private static final String NOTARY = "notaryV1";

  /** For as long an answer serves: rendering costs more than anybody may cause at will. */
  private static final Duration RENDERED = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final String replica;
  private final Map<Key, TrustEntry> entries;
  private Optional<Rendered> rendered = Optional.empty();

  private record Key(String upstream, String repository) {}

  private record Rendered(String json, Instant at) {}

  /** An empty board of this replica. */
  TrustBoard(InstantSource clock, String replica) {
    this(clock, replica, MOST);
  }

  TrustBoard(InstantSource clock, String replica, int most) {
    this.clock = clock;
    this.replica = replica;
    entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, TrustEntry> eldest) {
            return size() > most;
          }
        };
  }

  /** Takes note of a decision. */
  void accept(Decision decision) {
    decision.images().forEach(image -> accept(image, decision.time()));
  }

  /**
   * A rule that asks several validators gives one chain for all; which role is whose cannot be
   * told, so only decisions of one Notary count.
   */
  private void accept(ImageDecision image, Instant at) {
    List<ValidatorRef> notaries =
        image.validators().stream().filter(ref -> ref.type().equals(NOTARY)).toList();
    if (image.verdict() != Verdict.VERIFIED || notaries.size() != 1 || image.trust().isEmpty()) {
      return;
    }
    ValidatorRef notary = notaries.getFirst();
    image
        .normalised()
        .flatMap(TrustBoard::repository)
        .ifPresent(repository ->
            put(
                TrustEntry.of(
                    notary.name(), notary.upstream(), repository, image.trust().get(), at)));
  }

  private static Optional<String> repository(String normalised) {
    return ImageReference.parse(normalised) instanceof ReferenceResult.Valid(ImageReference image)
        ? Optional.of(image.repository())
        : Optional.empty();
  }

  private synchronized void put(TrustEntry entry) {
    entries.merge(new Key(entry.upstream(), entry.repository()), entry, TrustEntry::followedBy);
  }

  /** {@code GET /trust}: JSON, at most a second old. */
  synchronized HealthPage page() {
    Instant now = clock.instant();
    Optional<Rendered> fresh =
        rendered.filter(page -> Duration.between(page.at(), now).abs().compareTo(RENDERED) < 0);
    if (fresh.isEmpty()) {
      fresh = Optional.of(new Rendered(json(now), now));
      rendered = fresh;
    }
    return new HealthPage(200, fresh.get().json());
  }

  private String json(Instant now) {
    List<JsonObject> repositories =
        entries.values().stream()
            .sorted(
                Comparator.comparing(TrustEntry::repository).thenComparing(TrustEntry::upstream))
            .map(TrustEntry::json)
            .toList();
    return JsonText.compact(
        JsonObject.builder()
            .put("replica", replica)
            .put("time", now.toString())
            .put("repositories", new JsonArray(List.copyOf(repositories)))
            .build());
  }
}
