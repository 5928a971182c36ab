package dev.assayer.cli;

import dev.assayer.audit.AuditJoin;
import dev.assayer.audit.JoinFinding;
import dev.assayer.audit.JoinReport;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assayer audit join}. */
@Command(
    name = "join",
    header = "Hold the API server's audit log against ours.",
    description = {
      "Finds admissions without a record and records without an admission. The API server's audit"
          + " log must have level Metadata or more for create, update and patch of workloads; each"
          + " of its events then names the record of our decision.",
      "",
      "Findings: admitted_without_record (no webhook of ours was asked), failed_open (it did not"
          + " answer, failurePolicy Ignore), record_missing (named, and in no log),"
          + " record_without_request, record_planted (asked for by somebody who is not the API"
          + " server), record_differs (not what the API server was told or did),"
          + " record_named_twice.",
      "",
      "Not accused: requests that failed or were dry runs, calls that the API server repeats"
          + " within one request, admissions before the first record, records of other times than"
          + " the audit log's. Give the logs of all replicas.",
      "",
      "With -o json, one object: {\"from\",\"until\",\"admissions\",\"records\",\"joined\","
          + "\"explained\",\"before\",\"outside\",\"callers\",\"findings\":[{\"kind\",\"time\","
          + "\"record_id\",\"audit_id\",\"subject\",\"why\"}]}."
    },
    exitCodeList = {
      "0:both logs tell the same",
      "1:something is in one only, or they differ; or our log is damaged",
      "2:a file cannot be read, or the command line is wrong"
    },
    footer = {
      "",
      "Examples:",
      "  assayer audit join /var/log/kubernetes/audit.log --log assayer-0 --log assayer-1",
      "  assayer audit join audit.log.gz --config assayer.yaml --except-namespace assayer"
    })
final class AuditJoinCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Parameters(
      paramLabel = "KUBE_AUDIT_LOG",
      arity = "1..*",
      description = "Files of the API servers' audit logs: JSON lines, also compressed with gzip.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = {"--log", "--directory"},
      paramLabel = "DIR",
      description =
          "The folder of a replica's log. May be repeated. Default: audit.directory of the"
              + " configuration.")
  private List<Path> logs = new ArrayList<>();

  @Option(
      names = "--except-namespace",
      paramLabel = "NAMESPACE",
      description =
          "A namespace that the webhooks are not called for, such as Assayer's own. May be"
              + " repeated.")
  private Set<String> exceptNamespaces = new TreeSet<>();

  @Option(
      names = "--whole",
      description =
          "The audit log is all there is: hold records of other times than its own against it too.")
  private boolean whole;

  AuditJoinCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    List<Path> folders =
        logs.isEmpty()
            ? List.of(AuditArguments.directory(Optional.empty(), options, session))
            : logs;
    JoinReport report;
    try {
      report = AuditJoin.of(files, folders, exceptNamespaces, whole);
    } catch (IOException unreadable) {
      throw Failure.usage(
          Screen.line(unreadable.getClass().getSimpleName() + ": " + unreadable.getMessage()));
    }
    if (options.json()) {
      session.line(JsonText.compact(json(report)));
    } else {
      text(report);
    }
    return report.findings().isEmpty() ? ExitCode.FINE : ExitCode.DENIED;
  }

  private void text(JoinReport report) {
    session.line(
        "audit log of the API server: "
            + report.from().map(Instant::toString).orElse("-")
            + " to "
            + report.until().map(Instant::toString).orElse("-"));
    session.line(
        report.admissions()
            + " admissions, "
            + report.records()
            + " records: "
            + report.joined()
            + " joined, "
            + report.explained()
            + " of repeated calls");
    if (!report.callers().isEmpty()) {
      session.line("the API server asks as " + Screen.line(String.join(", ", report.callers())));
    }
    if (report.before() > 0) {
      session.line(
          "not judged: " + report.before() + " admissions before the first record that is kept");
    }
    if (report.outside() > 0) {
      session.line(
          "not judged: "
              + report.outside()
              + " records of other times than the audit log's; --whole judges them");
    }
    for (JoinFinding finding : report.findings()) {
      session.line(
          Screen.line(
              finding.kind().code()
                  + "  "
                  + finding.subject()
                  + (finding.recordId().isEmpty() ? "" : "  record " + finding.recordId())
                  + ": "
                  + finding.why()));
    }
    session.line(
        report.findings().isEmpty()
            ? "both logs tell the same"
            : "FINDINGS: " + report.findings().size());
  }

  private static JsonObject json(JoinReport report) {
    return JsonObject.builder()
        .put("from", report.from().map(Instant::toString).orElse(""))
        .put("until", report.until().map(Instant::toString).orElse(""))
        .put("admissions", report.admissions())
        .put("records", report.records())
        .put("joined", report.joined())
        .put("explained", report.explained())
        .put("before", report.before())
        .put("outside", report.outside())
        .put("callers", List.copyOf(new TreeSet<>(report.callers())))
        .put(
            "findings",
            new JsonArray(report.findings().stream().<Json>map(AuditJoinCommand::json).toList()))
        .build();
  }

  private static Json json(JoinFinding finding) {
    return JsonObject.builder()
        .put("kind", finding.kind().code())
        .put("time", finding.time().toString())
        .put("record_id", finding.recordId())
        .put("audit_id", finding.auditId())
        .put("subject", finding.subject())
        .put("why", finding.why())
        .build();
  }
}
