package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.NeedsControlPlane;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The heads of audit logs in a ConfigMap, under a replica's own rights. */
@NeedsControlPlane
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CheckpointBoardTest {
  private final ClusterRig rig = new ClusterRig();
  private final KubeApi api = rig.api(rig.release());
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
  private final CheckpointBoard board =
      new CheckpointBoard(api, rig.replica(), (InstantSource) now::get);

  @AfterEach
  void close() {
    api.close();
  }

  private Map<String, String> notes() {
    return ((CheckpointBoard.Seen.Notes) board.read()).notes();
  }

  @Test
  @DisplayName("each replica leaves the head of its log and reads those of all")
  void kept() {
    assertThat(notes()).isEmpty();
    assertThat(board.write("assayer/eu west/assayer-0", "one")).isEqualTo(Optional.empty());
    assertThat(board.write("assayer/eu west/assayer-1", "two")).isEqualTo(Optional.empty());
    assertThat(board.write("assayer/eu west/assayer-0", "three")).isEqualTo(Optional.empty());
    assertThat(notes()).isEqualTo(Map.of("eu_west_assayer-0", "three", "eu_west_assayer-1", "two"));
  }

  @Test
  @DisplayName("the heads of logs that were not written to for longest make room")
  void bounded() {
    IntStream.range(0, CheckpointBoard.MOST + 2)
        .forEach(i -> {
          now.updateAndGet(before -> before.plusSeconds(60));
          assertThat(board.write("assayer/eu/pod-" + i, "note " + i)).isEmpty();
        });
    assertThat(notes())
        .hasSize(CheckpointBoard.MOST)
        .doesNotContainKeys("eu_pod-0", "eu_pod-1")
        .containsKey("eu_pod-" + (CheckpointBoard.MOST + 1));
  }
}
