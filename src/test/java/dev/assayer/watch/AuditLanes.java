package dev.assayer.watch;

import dev.assayer.testing.AlertReceiver;
import dev.assayer.testing.SmallDisk;
import dev.assayer.testing.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What happens to the audit log, on a file system of its own. */
final class AuditLanes {
  private static final int MEGABYTES = 64;

  /** Half of what must be free. */
  private static final long NEARLY_FULL = (MEGABYTES << 20) / 40;

  private AuditLanes() {}

  /**
   * Two replicas whose logs are shown to a server outside, so that the start of one is no outage.
   */
  static Lane log(Site site) throws IOException {
    site.standing("AssayerSelfIntegrity", "AssayerExemptionsHigh");
    TestCa ca = new TestCa("outside");
    AlertReceiver outside = site.closing(AlertReceiver.secure(ca.localhost()));
    SmallDisk disk = site.closing(SmallDisk.mount(site.folder("a/audit"), MEGABYTES));
    Path log = disk.folder().resolve("log");
    String yaml =
        """
        audit:
          directory: audit/log
          publish:
            interval: 1s
            webhook:
              url: %s
              ca: |
        %s%s\
        """
            .formatted(outside.url(), TrustLanes.pem(ca).indent(8), ServiceLanes.APPROVING);
    LiveReplica replica = site.replica("a").alike().start(yaml, Map.of());
    LiveReplica other = site.replica("b").alike().start(yaml, Map.of());
    site.load(TrustLanes.PAUSE, () -> replica.create(TrustLanes.SIGNED))
        .load(TrustLanes.PAUSE, () -> other.create(TrustLanes.SIGNED))
        .watched(replica.target(), other.target());
    return Lane.on(site)
        .fault(
            FaultKind.LOG_NOT_PUBLISHED,
            () -> outside.answering(500, ""),
            () -> outside.answering(200, ""))
        .fault(FaultKind.LOG_DISK_NEARLY_FULL, () -> disk.fillUpTo(NEARLY_FULL), disk::empty)
        .fault(FaultKind.LOG_PUT_BACK, () -> putBack(log.resolve("checkpoint")), replica::restart)
        .fault(FaultKind.LOG_DISK_FULL, disk::fill, disk::empty);
  }

  /** Somebody puts an older checkpoint in the place of the newest, again and again. */
  private static void putBack(Path checkpoint) throws IOException {
    byte[] old = Files.readAllBytes(checkpoint);
    for (int i = 0; i < 10; i++) {
      Site.sleep(Duration.ofMillis(300));
      Files.write(checkpoint, old);
    }
  }
}
