package dev.assayer.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Holds the API server's audit log against ours. Each admission must name a record that is there,
 * and each record must be of a request that the API server knows. Memory grows with the audit log
 * and with what is wrong, not with our logs.
 */
public final class AuditJoin {
  /** The clocks of the API server and of replicas may differ by this. */
  private static final Duration CLOCKS = Duration.ofSeconds(2);

  /** How long a request may go on after our record: it may be in the next file of the audit log. */
  private static final Duration UNDER_WAY = Duration.ofMillis(500);

  /** A webhook is called once again if a later one changed the object. */
  private static final int AGAIN = 1;

  /** An update that meets another one is tried again, with all its webhooks. */
  private static final int TRIES = 8;

  private static final String ANONYMOUS = "anonymous";

  private final Set<String> exceptNamespaces;
  private final boolean whole;
  private final Map<String, KubeEvent> byRecord = new HashMap<>();
  private final Map<String, List<KubeEvent>> byNamespace = new HashMap<>();
  private final Set<String> auditIds = new HashSet<>();
  private final Set<String> met = new HashSet<>();
  private final Map<String, Integer> extras = new HashMap<>();
  private final Set<String> callers = new TreeSet<>();
  private final List<JoinedRecord> unnamed = new ArrayList<>();
  private final Map<String, List<JoinedRecord>> outsideByCaller = new HashMap<>();
  private final List<JoinFinding> findings = new ArrayList<>();
  private Optional<Instant> from = Optional.empty();
  private Optional<Instant> until = Optional.empty();
  private Optional<Instant> firstRecord = Optional.empty();
  private boolean beginsLate;
  private long records;
  private long explained;
  private long before;
  private long outside;

  private AuditJoin(Set<String> exceptNamespaces, boolean whole) {
    this.exceptNamespaces = Set.copyOf(exceptNamespaces);
    this.whole = whole;
  }

  /**
   * Joins.
   *
   * @param kubeLogs files of the API servers' audit logs, any order
   * @param logs folders of our logs, one for each replica
   * @param exceptNamespaces namespaces whose admissions our webhooks are not called for
   * @param whole whether the audit log is all there is, so that records of other times than its own
   *     are held against it too
   * @throws IOException if a file cannot be read, or a folder has no log
   */
  public static JoinReport of(
      List<Path> kubeLogs, List<Path> logs, Set<String> exceptNamespaces, boolean whole)
      throws IOException {
    AuditJoin join = new AuditJoin(exceptNamespaces, whole);
    for (Path file : kubeLogs) {
      KubeLog.read(file, event -> KubeEvent.of(event).ifPresent(join::event));
    }
    for (Path folder : logs) {
      LogRecords.of(folder)
          .orElseThrow(() -> new IOException("there is no audit log in " + folder))
          .forEachAcknowledged(join::record);
    }
    return join.report();
  }

  private void event(KubeEvent event) {
    from = Optional.of(from.filter(event.answered()::isAfter).orElse(event.answered()));
    until = Optional.of(until.filter(event.answered()::isBefore).orElse(event.answered()));
    if (!event.isCovered() && event.named().isEmpty() || !auditIds.add(event.auditId())) {
      return;
    }
    byNamespace.computeIfAbsent(event.namespace(), _ -> new ArrayList<>()).add(event);
    for (KubeEvent.Named one : event.named()) {
      KubeEvent other = byRecord.putIfAbsent(one.recordId(), event);
      if (other != null) {
        findings.add(
            of(
                JoinFinding.Kind.RECORD_NAMED_TWICE,
                event,
                one.recordId(),
                "request " + other.auditId() + " names it too"));
      }
    }
  }

  private boolean record(LogRecords.Found found) {
    JoinedRecord record = JoinedRecord.of(found);
    records++;
    beginsLate |= found.index() > 0 && firstRecord.isEmpty();
    firstRecord = Optional.of(firstRecord.filter(record.time()::isAfter).orElse(record.time()));
    KubeEvent event = byRecord.get(record.id());
    if (event != null) {
      met.add(record.id());
      callers.add(record.caller());
      compare(record, event);
    } else if (whole || isInside(record.time())) {
      unnamed.add(record);
    } else {
      outside++;
      List<JoinedRecord> some =
          outsideByCaller.computeIfAbsent(record.caller(), _ -> new ArrayList<>());
      if (some.size() < 100) {
        some.add(record);
      }
    }
    return true;
  }

  private boolean isInside(Instant time) {
    return from.filter(begin -> !time.isBefore(begin)).isPresent()
        && until.filter(end -> !time.isAfter(end.minus(UNDER_WAY))).isPresent();
  }

  private void compare(JoinedRecord record, KubeEvent event) {
    KubeEvent.Named told =
        event.named().stream()
            .filter(one -> one.recordId().equals(record.id()))
            .findFirst()
            .orElseThrow();
    if (!told.verdict().equals(record.verdict()) || !told.reason().equals(record.reason())) {
      findings.add(
          of(
              JoinFinding.Kind.RECORD_DIFFERS,
              event,
              record.id(),
              "the API server was told "
                  + told.verdict()
                  + " "
                  + told.reason()
                  + ", the record says "
                  + record.verdict()
                  + " "
                  + record.reason()));
    } else if (record.denied() && event.succeeded()) {
      findings.add(
          of(
              JoinFinding.Kind.RECORD_DIFFERS,
              event,
              record.id(),
              "the record says denied, the API server answered " + event.code()));
    } else if (!record.isOf(event) && event.isCovered()) {
      findings.add(
          of(
              JoinFinding.Kind.RECORD_DIFFERS,
              event,
              record.id(),
              "the record is of another request: " + record.text()));
    }
  }

  private JoinReport report() {
    unnamed.forEach(this::unnamed);
    planted();
    long admissions = 0;
    for (KubeEvent event : byNamespace.values().stream().flatMap(List::stream).toList()) {
      admissions += event.isCovered() && event.succeeded() && !event.dryRun() ? 1 : 0;
      judge(event);
    }
    findings.sort(Comparator.comparing(JoinFinding::time).thenComparing(JoinFinding::recordId));
    return new JoinReport(
        from,
        until,
        admissions,
        records,
        met.size(),
        explained,
        before,
        outside,
        Set.copyOf(callers),
        List.copyOf(findings));
  }

  /** A request whose record is not there, or that names none. */
  private void judge(KubeEvent event) {
    boolean early = firstRecord.filter(first -> event.answered().isBefore(first)).isPresent();
    for (KubeEvent.Named one : event.named()) {
      if (met.contains(one.recordId())) {
        continue;
      }
      if (early && beginsLate) {
        before++;
      } else {
        findings.add(
            of(
                JoinFinding.Kind.RECORD_MISSING,
                event,
                one.recordId(),
                "no log has the record that "
                    + one.webhook()
                    + " named: it was removed, or a replica's log was not given"));
      }
    }
    if (!event.named().isEmpty()
        || !event.isCovered()
        || !event.succeeded()
        || event.dryRun()
        || exceptNamespaces.contains(event.namespace())) {
      return;
    }
    if (event.failedOpen()) {
      findings.add(
          of(
              JoinFinding.Kind.FAILED_OPEN,
              event,
              "",
              "the webhook did not answer, and its failurePolicy is Ignore"));
    } else if (early || firstRecord.isEmpty()) {
      before++;
    } else {
      findings.add(
          of(
              JoinFinding.Kind.ADMITTED_WITHOUT_RECORD,
              event,
              "",
              "the API server asked no webhook of ours: none was there, or its rules or selectors"
                  + " leave this out"));
    }
  }

  /** A record that no request names, made while the audit log was written. */
  private void unnamed(JoinedRecord record) {
    Optional<KubeEvent> request =
        byNamespace.getOrDefault(record.namespace(), List.of()).stream()
            .filter(event -> record.isOf(event) && isDuring(record.time(), event))
            .filter(event -> explains(event, record))
            .findFirst();
    if (request.isPresent()) {
      explained++;
      return;
    }
    findings.add(
        stranger(record)
            ? planted(record)
            : new JoinFinding(
                JoinFinding.Kind.RECORD_WITHOUT_REQUEST,
                record.time(),
                record.id(),
                "",
                record.text(),
                callers.contains(ANONYMOUS)
                    ? "the API server has no client certificate here, so anybody who reaches the"
                        + " port can ask: set webhook.tls.clientCaFile"
                    : "no request of the audit log is this one's"));
  }

  private static boolean isDuring(Instant time, KubeEvent event) {
    return !time.isBefore(event.received().minus(CLOCKS))
        && !time.isAfter(event.answered().plus(CLOCKS));
  }

  /** Whether the request was bound to ask more than once, or its answer did not arrive. */
  private boolean explains(KubeEvent event, JoinedRecord record) {
    boolean named =
        event.named().stream().anyMatch(one -> one.webhook().contains(record.endpoint()));
    if (!named) {
      return !event.succeeded() || event.failedOpen();
    }
    int most = event.verb().equals("create") ? AGAIN : TRIES;
    return extras.merge(event.auditId() + '/' + record.endpoint(), 1, Integer::sum) <= most;
  }

  /** Whether somebody asked who is not the API server, as far as the joined records tell. */
  private boolean stranger(JoinedRecord record) {
    return !callers.isEmpty() && !callers.contains(record.caller());
  }

  /** Records of other times are told apart by who asked. */
  private void planted() {
    for (List<JoinedRecord> some : outsideByCaller.values()) {
      some.stream().filter(this::stranger).forEach(record -> findings.add(planted(record)));
    }
  }

  private JoinFinding planted(JoinedRecord record) {
    return new JoinFinding(
        JoinFinding.Kind.RECORD_PLANTED,
        record.time(),
        record.id(),
        "",
        record.text(),
        (record.caller().equals(ANONYMOUS)
                ? "an unauthenticated caller asked for it"
                : "asked for by " + record.caller())
            + "; the API server asks as "
            + callers.stream().collect(Collectors.joining(", ")));
  }

  private static JoinFinding of(
      JoinFinding.Kind kind, KubeEvent event, String recordId, String why) {
    return new JoinFinding(kind, event.answered(), recordId, event.auditId(), event.text(), why);
  }
}
