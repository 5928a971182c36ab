package dev.assayer.server;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import dev.assayer.samples.SignedRepository;
import dev.assayer.testing.TestCa;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Words for tests of health. */
final class HealthRig {
  static final CheckTimes QUICK =
      new CheckTimes(
          Duration.ofMillis(100),
          Duration.ofMillis(50),
          Duration.ofMillis(1500),
          Duration.ofMillis(200));

  static final String ROOT = SignedRepository.create("docker.io/acme/app").pinnedRootPem();

  private HealthRig() {}

  static Config config(String yaml) {
    LoadResult result =
        new ConfigLoader().load("apiVersion: assayer.dev/v1\n" + yaml, Path.of("/none"), "test");
    if (result instanceof LoadResult.Loaded(Config config, var _)) {
      return config;
    }
    throw new IllegalArgumentException(result.toString());
  }

  static Environment environment() {
    return new Environment(InstantSource.system(), "test", "replica", 1);
  }

  /** Notary validators {@code v0}, {@code v1}… for these hosts, as configuration. */
  static String validators(TestCa ca, List<String> hosts) {
    StringBuilder yaml = new StringBuilder("validators:\n");
    for (String host : hosts) {
      yaml.append("  - name: v")
          .append(hosts.indexOf(host))
          .append("\n    type: notaryV1\n    host: ")
          .append(host)
          .append("\n    ca: |\n")
          .append(indented(pem(ca), 6))
          .append("    trustRoots:\n      - name: default\n        key: |\n")
          .append(indented(ROOT, 10));
    }
    return yaml.toString();
  }

  static Assayer assayer(String yaml) {
    return Assayer.open(config(yaml), environment());
  }

  private static String pem(TestCa ca) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'})
              .encodeToString(ca.certificate().getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (java.security.cert.CertificateException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String indented(String pem, int by) {
    return pem.strip()
        .lines()
        .map(line -> " ".repeat(by) + line + "\n")
        .collect(Collectors.joining());
  }

  static JsonObject object(String json) {
    try {
      Json value =
          StrictJson.parse(json.getBytes(StandardCharsets.UTF_8), JsonLimits.text(1 << 22));
      return value.asObject().orElseThrow();
    } catch (JsonException broken) {
      throw new AssertionError(json, broken);
    }
  }

  /** Returns when the condition holds; fails after 20 s. */
  static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("did not happen within 20 s");
      }
      Thread.sleep(10);
    }
  }
}
