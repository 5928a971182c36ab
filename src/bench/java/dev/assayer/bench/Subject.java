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
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/** One repository on one Notary, to be verified by us and to be fetched by a bare client. */
final class Subject {
  static final String GUN = "registry.example.com/acme/app";
  static final String TAG = "1.0";
  private static final List<String> FILES =
      List.of("timestamp.json", "root.json", "snapshot.json", "targets.json");

  private final String host;
  private final NotaryV1Config config;
  private final Upstream upstream;
  private final HttpClient bare;
  private final SignatureVerifier verifier;

  Subject(String host, String caPem, String rootPem, SignatureVerifier verifier) {
    this.host = host;
    this.verifier = verifier;
    List<X509Certificate> ca = ((PemList.Loaded<X509Certificate>) Pem.certificates(caPem)).items();
    SSLContext tls = TlsTrust.only(ca).clientContext();
    upstream = HttpsUpstream.open(UpstreamSettings.of(host).withTls(tls));
    bare = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls).build();
    var key = (TrustMaterial.BareKey) Pem.publicKeyOrCertificate(rootPem);
    config =
        new NotaryV1Config(
            "default",
            1,
            host,
            List.of(new TrustRoot("default", 1, new RootMaterial.Key(key.key()))),
            false,
            ca,
            Optional.empty(),
            false);
  }

  /** A validator that remembers nothing yet, on connections that are open already. */
  NotaryValidator validator(Duration timestampMaxAge) {
    return NotaryValidator.open(
        config,
        upstream,
        new InMemoryTrustState(),
        verifier,
        new NotaryOptions(timestampMaxAge, Set.of(), 64 << 20));
  }

  /** Verifies, and fails if the image is not trusted. */
  static Object verify(NotaryValidator validator) {
    ImageReference image =
        ((ReferenceResult.Valid) ImageReference.parse(GUN + ":" + TAG)).reference();
    ValidationResult result =
        validator.validate(
            new ValidationRequest(
                image, List.of("default"), List.of(), OptionalInt.empty(), Instant.now()),
            new StageLog(),
            Deadline.after(Duration.ofSeconds(30)));
    if (!(result instanceof ValidationResult.Trusted)) {
      throw new IllegalStateException("not trusted: " + result);
    }
    return result;
  }

  /** The bare fetch of timestamp.json. */
  Object fetchTimestamp() throws IOException, InterruptedException {
    return bare.send(request(FILES.getFirst()), HttpResponse.BodyHandlers.ofByteArray()).body();
  }

  /** The bare fetch of the chain's files, in parallel. */
  Object fetchAll() {
    List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
    for (String file : FILES) {
      all.add(bare.sendAsync(request(file), HttpResponse.BodyHandlers.ofByteArray()));
    }
    return all.stream().map(future -> future.join().body()).toList();
  }

  private HttpRequest request(String file) {
    return HttpRequest.newBuilder(
            URI.create("https://" + host + "/v2/" + GUN + "/_trust/tuf/" + file))
        .build();
  }
}
