package dev.assayer.bench;

import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.RootMaterial;
import dev.assayer.config.TrustRoot;
import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.crypto.TrustMaterial;
import dev.assayer.decision.StageLog;
import dev.assayer.demo.DemoCa;
import dev.assayer.demo.NotaryServer;
import dev.assayer.demo.SignedRepository;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.remote.HttpsUpstream;
import dev.assayer.remote.Upstream;
import dev.assayer.remote.UpstreamSettings;
import dev.assayer.state.InMemoryTrustState;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.notary.NotaryOptions;
import dev.assayer.validation.notary.NotaryValidator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * {@code make bench}: ratios of a verification to the bare fetch of its files, taken in turn within
 * one process, so that they hold while the machine's speed drifts; growth over many cold
 * verifications; a large targets file.
 */
public final class Main {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String DIGEST = "sha256:" + "a1".repeat(32);
  private static final List<String> FILES =
      List.of("timestamp.json", "root.json", "snapshot.json", "targets.json");

  private final NotaryServer server = NotaryServer.start(DemoCa.create().identity());
  private final SignatureVerifier verifier = SignatureVerifier.create();
  private final Upstream upstream;
  private final HttpClient bare;
  private final NotaryV1Config config;

  private Main() {
    SignedRepository repository = SignedRepository.create(GUN);
    repository.targets().target("1.0", DIGEST, 528);
    repository.publish();
    server.add(repository);
    List<X509Certificate> ca =
        ((PemList.Loaded<X509Certificate>) Pem.certificates(server.caPem())).items();
    var tls = TlsTrust.only(ca).clientContext();
    upstream = HttpsUpstream.open(UpstreamSettings.of(server.baseHost()).withTls(tls));
    bare = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls).build();
    config = config(repository, ca);
  }

  private NotaryV1Config config(SignedRepository repository, List<X509Certificate> ca) {
    var key = (TrustMaterial.BareKey) Pem.publicKeyOrCertificate(repository.pinnedRootPem());
    return new NotaryV1Config(
        "default",
        1,
        server.baseHost(),
        List.of(new TrustRoot("default", 1, new RootMaterial.Key(key.key()))),
        false,
        ca,
        Optional.empty(),
        false);
  }

  /**
   * Measures.
   *
   * @param args number of timed rounds (2,000) and of cold verifications for growth (20,000)
   */
  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 2_000;
    int cold = args.length > 1 ? Integer.parseInt(args[1]) : 20_000;
    Main bench = new Main();
    System.out.println("signatures verified by " + bench.verifier.providerName());
    bench.ratios(rounds);
    bench.growth(cold);
    bench.largeTargets();
    System.exit(0);
  }

  private void ratios(int rounds) throws Exception {
    NotaryValidator fresh = validator(Duration.ZERO);
    NotaryValidator remembered = validator(Duration.ofHours(1));
    Callable<?> coldVerification = () -> verify(validator(Duration.ZERO));
    Callable<?> bareFetch = this::fetchAll;
    Callable<?> freshVerification = () -> verify(fresh);
    Callable<?> bareTimestamp = () -> fetch("timestamp.json");
    Callable<?> memory = () -> verify(remembered);
    List<Callable<?>> all =
        List.of(coldVerification, bareFetch, freshVerification, bareTimestamp, memory);
    long[][] nanos = new long[all.size()][rounds];
    for (int i = -rounds; i < rounds; i++) {
      for (int which = 0; which < all.size(); which++) {
        long start = System.nanoTime();
        Object result = all.get(which).call();
        if (result == null) {
          throw new IllegalStateException("nothing came back");
        }
        if (i >= 0) {
          nanos[which][i] = System.nanoTime() - start;
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

  private void growth(int count) throws Exception {
    for (int i = 0; i < count / 10; i++) {
      verify(validator(Duration.ZERO));
    }
    String before = footprint();
    for (int i = 0; i < count; i++) {
      verify(validator(Duration.ZERO));
    }
    System.out.println(count + " cold verifications: before " + before + ", after " + footprint());
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

  private void largeTargets() throws Exception {
    SignedRepository large = SignedRepository.create(GUN);
    for (int i = 0; i < 200_000; i++) {
      large.targets().target("1.0." + i, DIGEST, 528 + i);
    }
    large.targets().target("1.0", DIGEST, 528);
    large.publish();
    server.add(large);
    NotaryV1Config pinned = config(large, config.ca());
    long[] nanos = new long[5];
    for (int i = 0; i < nanos.length; i++) {
      NotaryValidator validator = open(pinned, Duration.ZERO);
      long start = System.nanoTime();
      Object unused = verify(validator);
      nanos[i] = System.nanoTime() - start;
    }
    System.out.printf(
        Locale.ROOT,
        "targets of 200,001 tags (%.1f MB): cold verification first %.0f ms, then %.0f ms%n",
        large.file("targets.json").orElseThrow().length / 1e6,
        nanos[0] / 1e6,
        Arrays.stream(nanos).skip(1).min().orElseThrow() / 1e6);
  }

  private NotaryValidator validator(Duration maxAge) {
    return open(config, maxAge);
  }

  private NotaryValidator open(NotaryV1Config section, Duration maxAge) {
    return NotaryValidator.open(
        section,
        upstream,
        new InMemoryTrustState(),
        verifier,
        new NotaryOptions(maxAge, Set.of(), 64 << 20));
  }

  private static Object verify(NotaryValidator validator) {
    ImageReference image = ((ReferenceResult.Valid) ImageReference.parse(GUN + ":1.0")).reference();
    ValidationResult result =
        validator.validate(
            new ValidationRequest(
                image, List.of("default"), List.of(), OptionalInt.empty(), Instant.now()),
            new StageLog(),
            Deadline.after(Duration.ofSeconds(10)));
    if (!(result instanceof ValidationResult.Trusted)) {
      throw new IllegalStateException("not trusted: " + result);
    }
    return result;
  }

  private HttpRequest request(String file) {
    return HttpRequest.newBuilder(
            URI.create("https://" + server.baseHost() + NotaryServer.path(GUN, file)))
        .build();
  }

  private Object fetch(String file) throws IOException, InterruptedException {
    return bare.send(request(file), HttpResponse.BodyHandlers.ofByteArray()).body();
  }

  private Object fetchAll() {
    List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
    for (String file : FILES) {
      all.add(bare.sendAsync(request(file), HttpResponse.BodyHandlers.ofByteArray()));
    }
    return all.stream().map(future -> future.join().body()).toList();
  }

  private static void report(String what, long[] nanos) {
    System.out.printf(
        Locale.ROOT,
        "%-38s p50 %8.3f ms   p99 %8.3f ms%n",
        what,
        percentile(nanos, 50) / 1e6,
        percentile(nanos, 99) / 1e6);
  }

  private static void ratio(String what, long[] a, long[] b) {
    System.out.printf(
        Locale.ROOT,
        "%-42s p50 %.2f   p99 %.2f%n",
        what,
        (double) percentile(a, 50) / percentile(b, 50),
        (double) percentile(a, 99) / percentile(b, 99));
  }

  private static long percentile(long[] nanos, int percent) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }
}
