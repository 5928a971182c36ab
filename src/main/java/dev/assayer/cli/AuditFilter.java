package dev.assayer.cli;

import dev.assayer.audit.LogRecords;
import dev.assayer.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which decisions of a log are asked for; all that is given must fit.
 *
 * @param users names of which one must be the user's; none for any user
 */
record AuditFilter(
    Optional<String> image,
    List<String> users,
    Optional<String> namespace,
    Optional<String> verdict,
    Optional<String> reason,
    Optional<String> outcome,
    boolean wouldDeny,
    Optional<Instant> since,
    Optional<Instant> until) {
  private static final Set<String> ADMITTING = Set.of("verified", "exempt", "not_applicable");

  /** Decisions of a time. */
  static AuditFilter ofTimes(Optional<Instant> since, Optional<Instant> until) {
    Optional<String> any = Optional.empty();
    return new AuditFilter(any, List.of(), any, any, any, any, false, since, until);
  }

  /** Whether a verdict of this name admits. */
  static boolean admits(String verdict) {
    return ADMITTING.contains(verdict);
  }

  boolean fits(LogRecords.Found found) {
    AuditRow row = AuditRow.of(found);
    return (users.isEmpty() || users.contains(row.user()))
        && is(namespace, row.namespace())
        && is(verdict, row.verdict())
        && is(outcome, row.outcome())
        && reason.filter(word -> !hasReason(found.record(), row, word)).isEmpty()
        && image.filter(part -> !hasImage(found.record(), part)).isEmpty()
        && (!wouldDeny || row.outcome().equals("allowed") && !ADMITTING.contains(row.verdict()))
        && inTime(row.time());
  }

  private static boolean is(Optional<String> wanted, String value) {
    return wanted.filter(word -> !word.equals(value)).isEmpty();
  }

  private static boolean hasReason(JsonObject record, AuditRow row, String word) {
    return row.reason().equals(word)
        || AuditRow.images(record).stream()
            .anyMatch(image -> AuditRow.text(image, "reason").equals(word));
  }

  private static boolean hasImage(JsonObject record, String part) {
    return AuditRow.images(record).stream()
        .anyMatch(image ->
            AuditRow.text(image, "requested").contains(part)
                || AuditRow.text(image, "normalised").contains(part)
                || AuditRow.text(image, "digest").contains(part));
  }

  private boolean inTime(String written) {
    if (since.isEmpty() && until.isEmpty()) {
      return true;
    }
    try {
      Instant time = Instant.parse(written);
      return since.filter(time::isBefore).isEmpty()
          && until.filter(end -> !time.isBefore(end)).isEmpty();
    } catch (DateTimeException noTime) {
      return false;
    }
  }
}
