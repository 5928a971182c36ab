package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Verdict;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Decisions of single images, by repository as far as it earned a series. */
final class ImageMetrics {
  private final EarnedRepositories repositories;
  private final Family<Counter> decisions;
  private final Family<Level> lastVerified;
  private final Counter folded;
  private final Map<String, Map<String, Counter>> byLabel = new ConcurrentHashMap<>();

  ImageMetrics(Meters meters, Family<Counter> folded, EarnedRepositories repositories) {
    this.repositories = repositories;
    decisions = meters.counters(Catalogue.IMAGE_DECISIONS);
    lastVerified = meters.gauges(Catalogue.IMAGE_LAST_VERIFIED);
    this.folded = folded.of(Catalogue.IMAGE_DECISIONS.metric());
    register(EarnedRepositories.OTHER);
    register(EarnedRepositories.UNVERIFIED);
  }

  void decided(Decision decision) {
    for (ImageDecision image : decision.images()) {
      decided(decision, image);
    }
  }

  private void decided(Decision decision, ImageDecision image) {
    String label =
        image
            .normalised()
            .map(name -> label(name, image.verdict()))
            .orElse(EarnedRepositories.UNVERIFIED);
    if (label.startsWith("_")) {
      folded.increment();
    }
    Counter series = register(label).get(verdict(image.verdict()).code());
    if (series != null) {
      series.increment();
    }
    if (image.verdict() == Verdict.VERIFIED) {
      lastVerified.of(label).set(decision.time().toEpochMilli() / 1e3);
    }
  }

  /** An image of the repository had a valid signature. */
  void signed(String repository) {
    if (repositories.verified(repository)) {
      register(repository);
    }
  }

  private String label(String normalised, Verdict verdict) {
    if (!(ImageReference.parse(normalised)
        instanceof ReferenceResult.Valid(ImageReference image))) {
      return EarnedRepositories.UNVERIFIED;
    }
    String repository = image.repository();
    if (verdict == Verdict.VERIFIED) {
      signed(repository);
    }
    return repositories.label(repository);
  }

  /** The series of all verdicts, at zero where they are new. */
  private Map<String, Counter> register(String label) {
    Map<String, Counter> known = byLabel.get(label);
    return known != null
        ? known
        : byLabel.computeIfAbsent(
            label,
            repository ->
                ClosedSeries.of(
                    MetricLabels.IMAGE_VERDICT, verdict -> decisions.of(repository, verdict)));
  }

  void configured(EarnedRepositories.Change change) {
    for (String repository : change.lost()) {
      byLabel.remove(repository);
      decisions.removeIf(labels -> labels.getFirst().equals(repository));
      lastVerified.removeIf(labels -> labels.getFirst().equals(repository));
    }
    change.gained().forEach(this::register);
  }

  /** There is no image without anything to verify; were there one, nothing was asked of it. */
  private static Verdict verdict(Verdict verdict) {
    return verdict == Verdict.NOT_APPLICABLE ? Verdict.EXEMPT : verdict;
  }
}
