package dev.assayer.bench;

import dev.assayer.bench.ServedAssayer.Footprint;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.Certificates;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the process holds while it decides of one repository after another that it never saw, over
 * HTTPS. The Notary is the embedded one, in the load generator's process: it serves the files of
 * one repository under every name, as their root's certificate allows.
 */
final class ColdGrowth {
  private static final String NAMES = "registry.example.com/cold/";
  private static final int CLIENTS = 8;
  private static final int STEPS = 4;

  /** Longer than it takes to give memory back. */
  private static final long SETTLE_MILLIS = 7_000;

  private ColdGrowth() {}

  /** Measures so many decisions, in four steps after a fifth of them; Markdown. */
  static List<String> measure(Path directory, int decisions) throws Exception {
    KeyPair rootKey = KeyKind.ECDSA_P256.generate();
    SignedRepository repository = SignedRepository.create(NAMES + "all");
    repository
        .role(SignedRepository.ROOT)
        .keys(TufKey.x509(rootKey, Certificates.leaf(rootKey, NAMES + "*")));
    repository.targets().target(Repositories.TAG, "sha256:" + Repositories.DIGEST, 528);
    repository.publish();
    String pin = dev.assayer.samples.Pem.of("PUBLIC KEY", rootKey.getPublic().getEncoded());
    List<String> lines = new ArrayList<>();
    lines.add(
        "| cold decisions | a second | p99 ms | resident MiB | live heap MiB |"
            + " descriptors | threads |");
    lines.add("|---|---|---|---|---|---|---|");
    try (NotaryServer notary = NotaryServer.start(DemoCa.create().identity())) {
      for (int i = 0; i < decisions + decisions / 5; i++) {
        notary.add(NAMES + i, repository);
      }
      URI uri = URI.create("https://" + notary.baseHost());
      try (ServedAssayer assayer = ServedAssayer.start(directory, uri, notary.caPem(), pin, "0s");
          Load load = Load.open(assayer.webhook(), assayer.tls(), CLIENTS, 1)) {
        int done = decisions / 5;
        lines.add(row(0, run(load, notary, 0, done), assayer));
        for (int step = 1; step <= STEPS; step++) {
          int from = done;
          done += decisions / STEPS;
          lines.add(row(done - decisions / 5, run(load, notary, from, done), assayer));
        }
      }
    }
    return lines;
  }

  private static Timings run(Load load, NotaryServer notary, int from, int to) throws Exception {
    Timings all = Timings.NONE;
    for (int at = from; at < to; at += 1_000) {
      all =
          all.plus(
              load.run(
                  at, Math.min(to, at + 1_000), (own, n) -> ServerTable.decide(own, NAMES + n)));
      notary.clearRequests();
    }
    return all;
  }

  private static String row(int decisions, Timings timings, ServedAssayer assayer)
      throws Exception {
    double heap = assayer.liveHeapMiB();
    Thread.sleep(SETTLE_MILLIS);
    Footprint footprint = assayer.footprint();
    return String.format(
        Locale.ROOT,
        "| %,d | %.0f | %.1f | %.0f | %.1f | %d | %d |",
        decisions,
        timings.throughput(),
        timings.millis(99),
        footprint.rssMiB(),
        heap,
        footprint.descriptors(),
        footprint.threads());
  }
}
