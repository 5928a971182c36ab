package dev.assayer.validation.notary;

import dev.assayer.decision.StageLog;
import dev.assayer.remote.Fetch;
import dev.assayer.remote.FetchResult;
import dev.assayer.remote.Upstream;
import dev.assayer.time.Deadline;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files that verifications ask for, each counted to the verification that asked: a prefetch
 * that nobody waited for may reach the server long after its verification ended.
 */
final class AskedFiles {
  private static final String MIDDLE = "/_trust/tuf/";

  private record Asked(int period, String file) {}

  private final IdentityHashMap<StageLog, Integer> periods = new IdentityHashMap<>();
  private List<Asked> asked = List.of();
  private int period;

  /** Those of the verifications that began since {@link #forget}, in the order asked. */
  synchronized List<String> files() {
    return asked.stream().filter(one -> one.period() == period).map(Asked::file).toList();
  }

  synchronized void forget() {
    period++;
  }

  /** {@code upstream}, with what is asked of it noted here. */
  Upstream of(Upstream upstream) {
    return new Noting(upstream);
  }

  private synchronized void note(String path, StageLog verification) {
    int began = periods.computeIfAbsent(verification, _ -> period);
    String file = path.substring(path.indexOf(MIDDLE) + MIDDLE.length());
    asked = Stream.concat(asked.stream(), Stream.of(new Asked(began, file))).toList();
  }

  private final class Noting implements Upstream {
    private final Upstream upstream;

    Noting(Upstream upstream) {
      this.upstream = upstream;
    }

    @Override
    public String host() {
      return upstream.host();
    }

    @Override
    public FetchResult fetch(Fetch fetch, StageLog stages, Deadline deadline) {
      note(fetch.path(), stages);
      return upstream.fetch(fetch, stages, deadline);
    }

    @Override
    public boolean suspended() {
      return upstream.suspended();
    }

    @Override
    public void close() {
      upstream.close();
    }
  }
}
