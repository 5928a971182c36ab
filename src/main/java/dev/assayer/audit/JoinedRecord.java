package dev.assayer.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;

/** What a join needs of a record. */
record JoinedRecord(
    String id,
    Instant time,
    String endpoint,
    String caller,
    String operation,
    String kind,
    String namespace,
    String name,
    String user,
    boolean dryRun,
    boolean denied,
    String verdict,
    String reason) {

  static JoinedRecord of(LogRecords.Found found) {
    var record = found.record();
    return new JoinedRecord(
        AuditJson.text(record, "record_id"),
        time(AuditJson.text(record, "time")),
        AuditJson.text(record, "request", "endpoint"),
        AuditJson.text(record, "request", "caller"),
        AuditJson.text(record, "request", "operation"),
        AuditJson.text(record, "request", "kind"),
        AuditJson.text(record, "request", "namespace"),
        AuditJson.text(record, "request", "name"),
        AuditJson.text(record, "user", "name"),
        AuditJson.flag(record, "request", "dry_run"),
        found.withdrawn() || AuditJson.text(record, "outcome").equals("denied"),
        found.withdrawn() ? "error" : AuditJson.text(record, "verdict"),
        found.withdrawn() ? "audit_unavailable" : AuditJson.text(record, "reason"));
  }

  private static Instant time(String written) {
    try {
      return Instant.parse(written);
    } catch (DateTimeException noTime) {
      return Instant.EPOCH;
    }
  }

  /** Whether this request may be what it is a record of, leaving the time aside. */
  boolean isOf(KubeEvent event) {
    boolean sameVerb = event.verb().equals("create") == operation.equals("CREATE");
    boolean patchMayCreate = event.verb().equals("patch") && operation.equals("CREATE");
    return namespace.equals(event.namespace())
        && (sameVerb || patchMayCreate)
        && dryRun == event.dryRun()
        && isNamed(event.name())
        && event.resource().equals(kind.toLowerCase(Locale.ROOT) + "s");
  }

  /** A generated name is not known yet when webhooks are called. */
  private boolean isNamed(String told) {
    return told.isEmpty() || told.startsWith(name);
  }

  String text() {
    return operation
        + " "
        + kind
        + " "
        + namespace
        + "/"
        + name
        + " by "
        + (user.isEmpty() ? "(no name)" : user)
        + " at "
        + time
        + ", asked at /"
        + endpoint
        + " by "
        + caller;
  }
}
