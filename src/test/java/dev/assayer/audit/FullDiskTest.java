package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.Await;
import dev.assayer.testing.SmallDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system that is full while decisions come, where tests may mount one. */
class FullDiskTest {
  @TempDir private Path dir;

  @Test
  @DisplayName("OPS-04: a file system fills up under load: what was acknowledged is there, once")
  void fills() throws Exception {
    try (SmallDisk disk =
        SmallDisk.mount(Files.createDirectory(dir.resolve("disk")), 3).required()) {
      fills(disk);
    }
  }

  private void fills(SmallDisk disk) throws Exception {
    Path log = disk.folder().resolve("log");
    Path key = LogRig.key(dir.resolve("log"));
    Files.copy(key, log.resolveSibling("log.key"));
    disk.fillUpTo(1 << 20);
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    List<String> whys = new CopyOnWriteArrayList<>();
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger next = new AtomicInteger();
    try (AuditLog open = LogRig.open(log)) {
      List<Thread> writers =
          IntStream.range(0, 8)
              .mapToObj(_ ->
                  Thread.ofVirtual()
                      .start(() -> {
                        while (!over.get()) {
                          String entry =
                              "{\"id\":"
                                  + next.getAndIncrement()
                                  + ",\"pad\":\""
                                  + "x".repeat(300)
                                  + "\"}";
                          switch (LogRig.append(open, entry)) {
                            case AppendResult.Written _ -> acknowledged.add(entry);
                            case AppendResult.Failed(String why, var _) -> whys.add(why);
                          }
                        }
                      }))
              .toList();
      Await.until("the disk is full", () -> whys.size() > 20);
      int before = acknowledged.size();
      disk.empty();
      Await.until("it goes on", () -> acknowledged.size() > before + 100);
      over.set(true);
      for (Thread writer : writers) {
        writer.join();
      }
      Await.until("signed", () -> open.signed() == open.size());
    }
    assertThat(whys).allMatch(why -> why.contains("No space left"));
    assertThat(LogRig.entries(log))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(acknowledged);
    assertThat(LogRig.verify(log)).isInstanceOf(VerifyResult.Sound.class);
  }
}
