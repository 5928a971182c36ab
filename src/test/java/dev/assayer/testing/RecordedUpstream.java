package dev.assayer.testing;

import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.remote.Fetch;
import dev.assayer.remote.FetchResult;
import dev.assayer.remote.Upstream;
import dev.assayer.time.Deadline;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Serves a recording as the real server did, one step at a time, for whatever repository is asked:
 * so the files of one can be passed off as another's. Keeps the names that were asked for.
 */
public final class RecordedUpstream implements Upstream {
  private static final String MIDDLE = "/_trust/tuf/";

  private final NotaryRecording recording;
  private final AtomicReference<String> step;
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /** Serves the first step. */
  public RecordedUpstream(NotaryRecording recording) {
    this.recording = recording;
    this.step = new AtomicReference<>(recording.steps().getFirst().name());
  }

  /** Serves this step from now on. */
  public void show(String stepName) {
    step.set(recording.step(stepName).name());
  }

  /** File names asked for so far, in order. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public String host() {
    return "notary.example.com";
  }

  @Override
  public FetchResult fetch(Fetch fetch, StageLog stages, Deadline deadline) {
    int middle = fetch.path().indexOf(MIDDLE);
    if (!fetch.path().startsWith("/v2/") || middle < 0) {
      return new FetchResult.Failed(Reason.UPSTREAM_ERROR, host() + " has no path " + fetch.path());
    }
    String name = fetch.path().substring(middle + MIDDLE.length());
    asked.add(name);
    return recording
        .file(step.get(), name)
        .<FetchResult>map(file ->
            file.length <= fetch.maxBytes()
                ? new FetchResult.Body(file)
                : new FetchResult.Failed(Reason.TOO_LARGE, name + " is too large"))
        .orElseGet(FetchResult.NotFound::new);
  }

  @Override
  public void close() {}
}
