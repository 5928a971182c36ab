package dev.assayer.config;

import dev.assayer.crypto.Pem;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The part of a configuration that decides about images, as a configuration file that stands by
 * itself: whom the validators trust, the rules, what is revoked. Passwords, receivers of alerts,
 * certificates of servers and everything about this machine are left out, so it can be kept with a
 * decision and given away with it.
 */
public final class KeptPolicy {
  private static final int MAX_BYTES = 4 << 20;

  private KeptPolicy() {}

  /** Writes it: JSON, which is YAML. Equal configurations give equal bytes. */
  public static byte[] of(Config config) {
    JsonObject document =
        JsonObject.builder()
            .put("apiVersion", "assayer.dev/v1")
            .put("cluster", config.cluster())
            .put("detectionMode", config.detectionMode())
            .put("mutation", word(config.mutation()))
            .put(
                "automaticChildApproval",
                JsonObject.builder()
                    .put("enabled", config.automaticChildApproval().enabled())
                    .build())
            .put(
                "revoked",
                JsonObject.builder()
                    .put("digests", config.revoked().digests())
                    .put("keyIds", config.revoked().keyIds())
                    .build())
            .put(
                "namespaces",
                JsonObject.builder()
                    .put("ignoreLabel", config.namespaces().ignoreLabel())
                    .put("validateLabel", config.namespaces().validateLabel())
                    .put("mode", word(config.namespaces().mode()))
                    .build())
            .put("unknownKinds", word(config.unknownKinds()))
            .put("validators", array(config.validators().stream().map(KeptPolicy::of).toList()))
            .put("policy", array(config.policy().stream().map(RuleConfig::asConfigured).toList()))
            .build();
    return JsonText.compactBytes(document);
  }

  /**
   * Reads it; empty if it is anything else than what {@link #of} writes. So it can name no file of
   * the machine that reads it.
   */
  public static Optional<Config> read(byte[] document) {
    String text = new String(document, StandardCharsets.UTF_8);
    if (document.length > MAX_BYTES || text.contains("File\":")) {
      return Optional.empty();
    }
    LoadResult result = new ConfigLoader().load(text, Path.of("/"), "the policy then in force");
    return result instanceof LoadResult.Loaded(Config config, var _)
            && Arrays.equals(of(config), document)
        ? Optional.of(config)
        : Optional.empty();
  }

  private static JsonObject of(ValidatorConfig validator) {
    JsonObject.Builder section =
        JsonObject.builder().put("name", validator.name()).put("type", validator.type());
    switch (validator) {
      case StaticConfig fixed -> section.put("approve", fixed.approve());
      case NotaryV1Config notary ->
          section.put("host", notary.host()).put("allowUnboundRoot", notary.allowUnboundRoot());
      case CosignConfig cosign ->
          section.put(
              "transparencyLog",
              JsonObject.builder().put("required", cosign.transparencyLogRequired()).build());
      case NotationConfig notation -> section.put("level", word(notation.level()));
    }
    if (!validator.trustRoots().isEmpty()) {
      section.put(
          "trustRoots", array(validator.trustRoots().stream().map(KeptPolicy::of).toList()));
    }
    return section.build();
  }

  private static JsonObject of(TrustRoot root) {
    JsonObject.Builder entry = JsonObject.builder().put("name", root.name());
    switch (root.material()) {
      case RootMaterial.Key(var key) -> entry.put("key", Pem.encodePublicKey(key));
      case RootMaterial.Certificate(var certificate, var _, var identities) -> {
        entry.put("certificate", Pem.encodeCertificate(certificate.x509()));
        if (!identities.isEmpty()) {
          entry.put("identities", identities);
        }
      }
      case RootMaterial.Keyless(String issuer, String subject) ->
          entry.put(
              "keyless",
              JsonObject.builder().put("issuer", issuer).put("subject", subject).build());
    }
    return entry.build();
  }

  private static JsonArray array(List<JsonObject> items) {
    List<Json> values = new ArrayList<>(items);
    return JsonArray.of(values.toArray(Json[]::new));
  }

  private static String word(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
