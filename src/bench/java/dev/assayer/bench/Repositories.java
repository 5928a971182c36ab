package dev.assayer.bench;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonString;
import dev.assayer.json.JsonText;
import dev.assayer.json.StrictJson;
import dev.assayer.samples.Certificates;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.testing.RealNotary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLContext;

/**
 * Many signed repositories on a real notary-server, all under one root key. They are signed here
 * and uploaded as its own client uploads them, which takes milliseconds where the program takes a
 * second; the server signs snapshots and timestamps, as with Docker's client.
 */
final class Repositories {
  /** What every repository has signed as {@link #TAG}. */
  static final String DIGEST = "a1".repeat(32);

  static final String TAG = "1.0";
  private static final String BOUNDARY = "a-boundary-that-no-file-holds";

  /** The roles that the owner signs. */
  private static final List<String> UPLOADED =
      List.of(SignedRepository.ROOT, SignedRepository.TARGETS);

  /** With a fraction of nine digits, of which Go drops none. */
  private static final Instant EXPIRES =
      Instant.now().plus(Duration.ofDays(365)).truncatedTo(ChronoUnit.SECONDS).plusNanos(123456789);

  private final URI notary;
  private final String caPem;
  private final SSLContext tls;
  private final KeyPair rootKey = KeyKind.ECDSA_P256.generate();

  Repositories(RealNotary notary) {
    this.notary = notary.uri();
    caPem = notary.caPem();
    List<X509Certificate> ca = ((PemList.Loaded<X509Certificate>) Pem.certificates(caPem)).items();
    tls = TlsTrust.only(ca).clientContext();
  }

  URI notary() {
    return notary;
  }

  String caPem() {
    return caPem;
  }

  SSLContext tls() {
    return tls;
  }

  /** The pin of all of them. */
  String rootPem() {
    return dev.assayer.samples.Pem.of("PUBLIC KEY", rootKey.getPublic().getEncoded());
  }

  /** Name of the {@code number}th. */
  static String gun(int number) {
    return "registry.example.com/bench/app-" + number;
  }

  /** Where the server has a file of it. */
  static String path(int number, String file) {
    return "/v2/" + gun(number) + "/_trust/tuf/" + file;
  }

  /**
   * Signs and uploads those from {@code from} up to, without, {@code to}; one after the other,
   * since notary-signer's memory crashes when two keys are made at once.
   */
  void publish(int from, int to) throws IOException, InterruptedException, ExecutionException {
    try (Load load = Load.open(notary, tls, 1, 1)) {
      Timings _ = load.run(from, to, (connections, i) -> publish(connections.getFirst(), i));
    }
  }

  private void publish(KeepAlive connection, int number) throws IOException, JsonException {
    String gun = gun(number);
    SignedRepository repository = SignedRepository.create(gun);
    repository
        .role(SignedRepository.ROOT)
        .keys(TufKey.x509(rootKey, Certificates.leaf(rootKey, gun)));
    for (String role : List.of(SignedRepository.SNAPSHOT, SignedRepository.TIMESTAMP)) {
      KeepAlive.Answer key = connection.get(path(number, role + ".key"));
      if (key.status() != 200) {
        throw new IOException(
            gun + " got no key: " + new String(key.body(), StandardCharsets.UTF_8));
      }
      repository.role(role).keys(serverKey(key.body()));
    }
    repository.targets().target(TAG, "sha256:" + DIGEST, 528);
    for (String role : UPLOADED) {
      repository.role(role).expires(EXPIRES).editFile(Repositories::asTheServerWritesIt);
    }
    repository.publish();
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    for (String role : UPLOADED) {
      form.writeBytes(
          ("--%s\r\nContent-Disposition: form-data; name=\"files\"; filename=\"%s\"\r\n"
                  + "Content-Type: application/octet-stream\r\n\r\n")
              .formatted(BOUNDARY, role)
              .getBytes(StandardCharsets.US_ASCII));
      form.writeBytes(repository.file(role + ".json").orElseThrow());
      form.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    form.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    KeepAlive.Answer stored =
        connection.post(
            path(number, ""), "multipart/form-data; boundary=" + BOUNDARY, form.toByteArray());
    KeepAlive.Answer timestamp = connection.get(path(number, "timestamp.json"));
    if (stored.status() != 200 || timestamp.status() != 200) {
      throw new IOException(
          "%s was answered %d %s, its timestamp %d"
              .formatted(
                  gun,
                  stored.status(),
                  new String(stored.body(), StandardCharsets.UTF_8),
                  timestamp.status()));
    }
  }

  /** It hashes what it has read and written again, the signed part first. */
  private static byte[] asTheServerWritesIt(byte[] file) {
    try {
      var parsed = (JsonObject) StrictJson.parse(file, JsonLimits.REVIEW);
      return JsonText.compactBytes(
          JsonObject.builder()
              .put("signed", parsed.get("signed").orElseThrow())
              .put("signatures", parsed.get("signatures").orElseThrow())
              .build());
    } catch (JsonException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The server's public key; it has the private one. */
  private static TufKey serverKey(byte[] answer) throws JsonException {
    var key = (JsonObject) StrictJson.parse(answer, JsonLimits.REVIEW);
    Json value = key.get("keyval").orElseThrow();
    String spki = text(((JsonObject) value).get("public").orElseThrow());
    return TufKey.claiming(
        text(key.get("keytype").orElseThrow()),
        Base64.getDecoder().decode(spki),
        KeyKind.ECDSA_P256.generate());
  }

  private static String text(Json value) {
    return ((JsonString) value).value();
  }
}
