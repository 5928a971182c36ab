package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Verdict;
import io.micrometer.core.instrument.Counter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The series of the counter of reviews. Those of plain enforcement stand at zero from the start;
 * others come as they are needed, up to a number; beyond it kind and operation are folded, never
 * what was decided.
 */
final class ReviewSeries {
  private static final List<String> KINDS = MetricLabels.KIND.values();
  private static final List<String> OPERATIONS = MetricLabels.OPERATION.values();

  /** 6 verdicts, each with its outcome, for 2 endpoints, 2 operations and the kinds. */
  private static final int REGISTERED = 6 * 2 * 2 * KINDS.size();

  /** Series that may come beyond these. */
  private static final int MORE = 96;

  /** Every outcome, verdict and mode, twice for dry runs, for 2 endpoints. */
  private static final int FOLDED = 2 * 6 * Mode.values().length * 2 * 2;

  /** The most series there can be. */
  static final int MOST = REGISTERED + MORE + FOLDED;

  private record Key(
      boolean validate,
      Outcome outcome,
      Verdict verdict,
      Mode mode,
      int operation,
      int kind,
      boolean dryRun) {

    Key folded() {
      return new Key(
          validate, outcome, verdict, mode, OPERATIONS.size() - 1, KINDS.size() - 1, dryRun);
    }

    String[] labels() {
      return new String[] {
        validate ? "validate" : "mutate",
        outcome.code(),
        verdict.code(),
        mode.code(),
        OPERATIONS.get(operation),
        KINDS.get(kind),
        Boolean.toString(dryRun)
      };
    }
  }

  private final Family<Counter> counter;
  private final Map<Key, Counter> live = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  ReviewSeries(Family<Counter> counter) {
    this.counter = counter;
    for (boolean validate : new boolean[] {false, true}) {
      for (Verdict verdict : Verdict.values()) {
        Outcome outcome = verdict.admits() ? Outcome.ALLOWED : Outcome.DENIED;
        for (int kind = 0; kind < KINDS.size(); kind++) {
          create(new Key(validate, outcome, verdict, Mode.ENFORCE, 0, kind, false));
          create(new Key(validate, outcome, verdict, Mode.ENFORCE, 1, kind, false));
        }
      }
    }
  }

  Counter of(Decision decision, boolean validate) {
    Decision.Request request = decision.request();
    Key key =
        new Key(
            validate,
            decision.outcome(),
            decision.verdict(),
            decision.mode(),
            operation(request.operation()),
            kind(request.apiVersion(), request.kind()),
            request.dryRun());
    Counter known = live.get(key);
    return known == null ? another(key) : known;
  }

  private Counter another(Key key) {
    lock.lock();
    try {
      Counter known = live.get(live.size() < REGISTERED + MORE ? key : key.folded());
      if (known != null) {
        return known;
      }
      return create(live.size() < REGISTERED + MORE ? key : key.folded());
    } finally {
      lock.unlock();
    }
  }

  private Counter create(Key key) {
    Counter made = counter.of(key.labels());
    live.put(key, made);
    return made;
  }

  private static int operation(String operation) {
    return switch (operation) {
      case "CREATE" -> 0;
      case "UPDATE" -> 1;
      default -> 2;
    };
  }

  /** A kind of another group is not the one we know, whatever its name. */
  private static int kind(String apiVersion, String kind) {
    String known =
        switch (kind) {
          case "Pod", "ReplicationController" -> "v1";
          case "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet" -> "apps/";
          case "Job", "CronJob" -> "batch/";
          default -> "";
        };
    boolean ours = known.endsWith("/") ? apiVersion.startsWith(known) : apiVersion.equals(known);
    int index = ours ? KINDS.indexOf(kind) : -1;
    return index < 0 ? KINDS.size() - 1 : index;
  }
}
