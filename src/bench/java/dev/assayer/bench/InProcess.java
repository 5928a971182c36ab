package dev.assayer.bench;

import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.SignedRepository;
import dev.assayer.testing.NotaryClient;
import dev.assayer.testing.RealNotary;
import dev.assayer.validation.notary.NotaryValidator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * Verification without the webhook around it: ratios to the bare fetch by the JDK's own client,
 * taken in turn within one process; growth over many cold verifications; a large targets file.
 */
final class InProcess {
  private static final String DIGEST = "a1".repeat(32);

  private final SignatureVerifier verifier = SignatureVerifier.create();
  private final List<String> lines = new ArrayList<>();

  /** Measures against a real notary-server; one line for each result. */
  List<String> againstTheRealServer(RealNotary notary, int rounds) throws Exception {
    lines.add("signatures verified by " + verifier.providerName());
    lines.add("one caller, against the real notary-server:");
    NotaryClient _ =
        notary
            .client()
            .init(Subject.GUN)
            .addTag(Subject.GUN, Subject.TAG, DIGEST, 528)
            .publish(Subject.GUN);
    String pin = notary.rootPublicKeyPem(Subject.GUN);
    ratios(new Subject(notary.host(), notary.caPem(), pin, verifier), rounds);
    return List.copyOf(lines);
  }

  /**
   * Measures against the embedded server in this process.
   *
   * @param rounds of each kind of verification
   * @param cold verifications for growth
   */
  List<String> againstTheEmbeddedServer(int rounds, int cold) throws Exception {
    lines.add("one caller, against the embedded server in the same process:");
    embedded(rounds, cold);
    largeTargets();
    return List.copyOf(lines);
  }

  private void embedded(int rounds, int cold) throws Exception {
    try (NotaryServer server = NotaryServer.start(DemoCa.create().identity())) {
      SignedRepository repository = SignedRepository.create(Subject.GUN);
      repository.targets().target(Subject.TAG, "sha256:" + DIGEST, 528);
      repository.publish();
      server.add(repository);
      Subject subject =
          new Subject(server.baseHost(), server.caPem(), repository.pinnedRootPem(), verifier);
      ratios(subject, rounds);
      growth(subject, cold, server);
    }
  }

  private void ratios(Subject subject, int rounds) throws Exception {
    NotaryValidator fresh = subject.validator(Duration.ZERO);
    NotaryValidator remembered = subject.validator(Duration.ofHours(1));
    Callable<?> coldVerification = () -> Subject.verify(subject.validator(Duration.ZERO));
    Callable<?> bareFetch = subject::fetchAll;
    Callable<?> freshVerification = () -> Subject.verify(fresh);
    Callable<?> bareTimestamp = subject::fetchTimestamp;
    Callable<?> memory = () -> Subject.verify(remembered);
    List<Callable<?>> all =
        List.of(coldVerification, bareFetch, freshVerification, bareTimestamp, memory);
    long[][] nanos = new long[all.size()][rounds];
    for (int i = -rounds; i < rounds; i++) {
      for (int which = 0; which < all.size(); which++) {
        long start = System.nanoTime();
        Object result = all.get(which).call();
        long took = System.nanoTime() - start;
        if (result != null && i >= 0) {
          nanos[which][i] = took;
        }
      }
    }
    report("cold verification", nanos[0]);
    report("bare parallel fetch of its 4 files", nanos[1]);
    report("fresh verification (timestamp only)", nanos[2]);
    report("bare fetch of timestamp.json", nanos[3]);
    report("remembered verification", nanos[4]);
    ratio("cold / bare parallel fetch (at most 4)", nanos[0], nanos[1]);
    ratio("fresh / bare timestamp (at most 3)", nanos[2], nanos[3]);
  }

  private void growth(Subject subject, int count, NotaryServer server) throws IOException {
    verifyCold(subject, count / 10, server);
    String before = footprint();
    verifyCold(subject, count, server);
    lines.add(
        String.format(
            Locale.ROOT,
            "  %,d cold verifications: before %s; after %s",
            count,
            before,
            footprint()));
  }

  /** The embedded server logs its requests for tests; here the log must not pass for our growth. */
  private static void verifyCold(Subject subject, int count, NotaryServer server) {
    for (int i = 0; i < count; i++) {
      Object _ = Subject.verify(subject.validator(Duration.ZERO));
      if (i % 1_000 == 0) {
        server.clearRequests();
      }
    }
    server.clearRequests();
  }

  private static String footprint() throws IOException {
    System.gc();
    long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    long descriptors = -1;
    Path fds = Path.of("/proc/self/fd");
    if (Files.isDirectory(fds)) {
      try (Stream<Path> open = Files.list(fds)) {
        descriptors = open.count();
      }
    }
    return String.format(
        Locale.ROOT,
        "%d descriptors, %d threads, %.1f MiB heap",
        descriptors,
        Thread.getAllStackTraces().size(),
        heap / 1048576.0);
  }

  private void largeTargets() {
    try (NotaryServer server = NotaryServer.start(DemoCa.create().identity())) {
      SignedRepository large = SignedRepository.create(Subject.GUN);
      for (int i = 0; i < 200_000; i++) {
        large.targets().target("1.0." + i, "sha256:" + DIGEST, 528 + i);
      }
      large.targets().target(Subject.TAG, "sha256:" + DIGEST, 528);
      large.publish();
      server.add(large);
      Subject subject =
          new Subject(server.baseHost(), server.caPem(), large.pinnedRootPem(), verifier);
      long[] nanos = new long[6];
      for (int i = 0; i < nanos.length; i++) {
        NotaryValidator validator = subject.validator(Duration.ZERO);
        long start = System.nanoTime();
        Object _ = Subject.verify(validator);
        nanos[i] = System.nanoTime() - start;
      }
      lines.add(
          String.format(
              Locale.ROOT,
              "targets of 200,001 tags (%.1f MB), fetched and verified: first %.0f ms, best %.0f ms",
              large.file("targets.json").orElseThrow().length / 1e6,
              nanos[0] / 1e6,
              Arrays.stream(nanos).min().orElseThrow() / 1e6));
    }
  }

  private void report(String what, long[] nanos) {
    lines.add(
        String.format(
            Locale.ROOT,
            "  %-42s p50 %8.3f ms   p99 %8.3f ms",
            what,
            percentile(nanos, 50) / 1e6,
            percentile(nanos, 99) / 1e6));
  }

  private void ratio(String what, long[] a, long[] b) {
    lines.add(
        String.format(
            Locale.ROOT,
            "  %-42s p50 %8.2f      p99 %8.2f",
            what,
            (double) percentile(a, 50) / percentile(b, 50),
            (double) percentile(a, 99) / percentile(b, 99)));
  }

  private static long percentile(long[] nanos, int percent) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }
}
