package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.Change.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each key that Connaisseur documents stands in a file of its generation, alone beside what it
 * needs, and becomes what {@code documented-keys.txt} says.
 */
class ConnaisseurKeysTest {
  private static final String KEY = Loads.KEY.replace("\n", "\\n");
  private static final String CERTIFICATE = Keys.certificatePem(Keys.p256()).replace("\n", "\\n");

  private static final Map<String, String> VALUES =
      Map.ofEntries(
          Map.entry("host", "notary.example.com"),
          Map.entry("verify", "true"),
          Map.entry("pattern", "\"docker.io/*\""),
          Map.entry("delegations", "[alice]"),
          Map.entry("secretName", "creds"),
          Map.entry("isAcr", "true"),
          Map.entry("selfsigned", "true"),
          Map.entry("enabled", "true"),
          Map.entry("approve", "false"),
          Map.entry("detectionMode", "true"),
          Map.entry("template", "slack"),
          Map.entry("receiverUrl", "https://chat.example/hook"),
          Map.entry("priority", "4"),
          Map.entry("customHeaders", "[\"X-Token: abc\"]"),
          Map.entry("payloadFields", "{tags: [a]}"),
          Map.entry("failIfAlertSendingFails", "true"),
          Map.entry("rekor", "https://rekor.sigstore.dev"),
          Map.entry("threshold", "1"),
          Map.entry("required", "[default]"),
          Map.entry("mode", "insecureValidateOnly"),
          Map.entry("verifyInTransparencyLog", "false"),
          Map.entry("verifySCT", "false"),
          Map.entry("verificationLevel", "permissive"),
          Map.entry("verifyTimestamp", "always"),
          Map.entry("trustRoot", "default"),
          Map.entry("namespacedValidation", "{mode: ignore, enabled: true}"),
          Map.entry("automaticChildApproval", "true"),
          Map.entry("automaticUnchangedApproval", "false"),
          Map.entry("mutateImage", "false"),
          Map.entry("resourceValidationMode", "podsOnly"),
          Map.entry("expirySeconds", "15"),
          Map.entry("cacheErrors", "true"),
          Map.entry("cert", "\"" + CERTIFICATE + "\""),
          Map.entry("selfsignedCert", "\"" + CERTIFICATE + "\""),
          Map.entry("tsCert", "\"" + CERTIFICATE + "\""),
          Map.entry("fulcioCert", "\"" + CERTIFICATE + "\""),
          Map.entry("rootPubKey", "\"" + KEY + "\""),
          Map.entry("k8sKeychain", "true"),
          Map.entry("useKeychain", "true"));

  record Row(int generation, String key, Kind kind, String became) {
    @Override
    public String toString() {
      return generation + ".x " + key;
    }

    /** The key as a path in the file that {@link #yaml} writes. */
    String path() {
      return key.replaceAll("\\[[a-z]*\\]", "[0]");
    }
  }

  static Stream<Row> rows() {
    return ConnaisseurConversionTest.file("documented-keys.txt")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\\|", -1))
        .map(part ->
            new Row(
                Integer.parseInt(part[0].strip()),
                part[1].strip(),
                Kind.valueOf(part[2].strip()),
                part[3].strip()));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void becomesWhatTheListSays(Row row) {
    String yaml = yaml(row);
    ConversionResult.Converted result = ConnaisseurConversionTest.converted(yaml);
    List<Change> changes =
        result.changes().stream().filter(change -> change.field().equals(row.path())).toList();
    assertThat(changes).as("%s%n%s", yaml, result.changes()).isNotEmpty();
    assertThat(changes.getFirst().kind()).as("%s", changes).isEqualTo(row.kind());
    assertThat(changes.getFirst().became()).isEqualTo(row.became());
    assertThat(changes.getFirst().line()).isPositive();
    if (row.kind() != Kind.CONVERTED) {
      assertThat(changes.getFirst().meaning()).isNotBlank();
    }
    assertThat(result.changes().toString()).doesNotContain("no documented key");
  }

  @Test
  void everyKeyOfTheFullExamplesIsInTheList() {
    Set<String> listed = new TreeSet<>();
    rows().forEach(row -> listed.add(row.key().replaceAll("\\[[a-z]*\\]", "[]")));
    for (String name : List.of("first", "second", "third")) {
      ConnaisseurConversionTest.converted(ConnaisseurConversionTest.file(name + ".yaml"))
          .changes()
          .stream()
          .map(change -> change.field().replaceAll("\\[\\d+\\]", "[]"))
          .filter(field -> !field.endsWith("[]"))
          .forEach(field -> assertThat(listed).contains(field));
    }
  }

  @Test
  void aKeyThatNobodyDocumentsIsNamed() {
    String yaml =
        """
        validators: [{name: deny, type: static, approve: false}]
        policy: [{pattern: "*:*", validator: deny}]
        namespacedValidatoin: {enabled: true}
        alerting: {rejekt_request: {templates: []}}
        """;
    assertThat(ConnaisseurConversionTest.converted(yaml).changes())
        .filteredOn(change -> change.meaning().contains("no documented key"))
        .extracting(Change::field)
        .containsExactly("namespacedValidatoin", "alerting.rejekt_request");
  }

  @Test
  void aKeyThatNobodyDocumentsInARuleIsRefused() {
    assertThat(
            ConnaisseurConversionTest.refused(
                """
                validators: [{name: a, type: notaryv1, host: n.example, trust_roots: []}]
                policy: [{pattern: "*:*", validator: a, with: {delegation: [alice]}}]
                """))
        .singleElement()
        .asString()
        .contains("values.yaml:2:48", "policy[0].with.delegation", "did you mean \"delegations\"?");
  }

  /** A file with that key, and what has to stand beside it. */
  private static String yaml(Row row) {
    Map<String, Object> root = new LinkedHashMap<>();
    String plain = row.key().replaceFirst("^application\\.", "");
    String type = plain.replaceFirst("^[a-z]+\\[([a-z]+)\\].*", "$1");
    type = Set.of("static", "cosign", "notation").contains(type) ? type : "notaryv1";
    if (row.generation() == 1 && !plain.startsWith("notary.")) {
      put(root, "notaries[].name", "a");
      put(root, "notaries[].host", "notary.example.com");
      if (!plain.contains("oot_keys") && !plain.contains("ootKeys")) {
        put(root, "notaries[].root_keys[].name", "default");
        put(root, "notaries[].root_keys[].key", "\"" + KEY + "\"");
      } else {
        String list = plain.replaceFirst("^(.*\\]).*$", "$1");
        put(root, list + ".name", "default");
        put(root, list + ".key", "\"" + KEY + "\"");
      }
      put(root, "policy[].pattern", "\"docker.io/*\"");
      put(root, "policy[].verify", "true");
    } else if (row.generation() == 1) {
      put(root, "notary.host", "notary.example.com");
      put(root, "notary.rootPubKey", "\"" + KEY + "\"");
      put(root, "policy[].pattern", "\"*:*\"");
    } else {
      String top = row.generation() == 3 ? "application." : "";
      String roots = row.generation() == 3 ? "trustRoots" : "trust_roots";
      put(root, top + "validators[].name", "default");
      put(root, top + "validators[].type", type);
      if (type.equals("static")) {
        put(root, top + "validators[].approve", "false");
      } else {
        String list = top + "validators[]." + roots + "[]";
        put(root, list + ".name", "default");
        if (type.equals("notation")) {
          put(root, list + ".cert", "\"" + CERTIFICATE + "\"");
        } else if (!plain.contains("keyless")) {
          put(root, list + ".key", "\"" + KEY + "\"");
        } else {
          put(root, list + ".keyless.issuer", "https://issuer.example");
          put(root, list + ".keyless.subject", "me");
        }
        if (type.equals("notaryv1")) {
          put(root, top + "validators[].host", "notary.example.com");
        }
      }
      put(root, top + "policy[].pattern", "\"docker.io/*\"");
      put(root, top + "policy[].validator", "default");
      if (plain.endsWith("with.threshold") || plain.endsWith("with.required")) {
        String name = row.generation() == 3 ? "trustRoot" : "trust_root";
        put(root, top + "policy[].with." + name, "\"*\"");
      }
    }
    if (plain.endsWith("auth.username") || plain.endsWith("auth.user")) {
      put(root, row.key().replaceFirst("[a-z]+$", "password"), "p");
    }
    if (plain.endsWith("auth.password")) {
      put(root, row.key().replaceFirst("[a-z]+$", "username"), "u");
    }
    if (plain.contains("receivers[]") || plain.contains("templates[]")) {
      String list = row.key().substring(0, row.key().lastIndexOf('.') + 1);
      put(root, list + "template", "slack");
      put(
          root,
          list + (row.generation() == 3 ? "receiverUrl" : "receiver_url"),
          "https://chat.example/hook");
    }
    String last = ConnaisseurSection.camelCase(row.key().substring(row.key().lastIndexOf('.') + 1));
    String list = row.key().replaceAll("\\[[a-z]*\\]", "[]");
    boolean key = last.equals("key") && !plain.startsWith("policy");
    if (last.equals("key") && !key) {
      put(root, list, "default");
    } else if (last.equals("notary")) {
      put(root, list, "a");
    } else if (plain.equals("validators[cosign].host")) {
      put(root, list, "rekor.sigstore.dev");
    } else if (!key && !Set.of("name", "type", "validator").contains(last)) {
      put(root, list, VALUES.getOrDefault(last, "text"));
    }
    return flow(root);
  }

  @SuppressWarnings("unchecked")
  private static void put(Map<String, Object> root, String path, String value) {
    Map<String, Object> at = root;
    List<String> parts = new ArrayList<>(Arrays.asList(path.split("\\.", -1)));
    String last = parts.removeLast();
    for (String part : parts) {
      if (part.endsWith("[]")) {
        String name = part.substring(0, part.length() - 2);
        at =
            (Map<String, Object>)
                ((List<Object>)
                        at.computeIfAbsent(
                            name, n -> new ArrayList<>(List.of(new LinkedHashMap<>()))))
                    .getFirst();
      } else {
        at = (Map<String, Object>) at.computeIfAbsent(part, n -> new LinkedHashMap<>());
      }
    }
    at.put(last, value);
  }

  private static String flow(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        List<String> entries = new ArrayList<>();
        map.forEach((name, inner) -> entries.add(name + ": " + flow(inner)));
        yield "{" + String.join(", ", entries) + "}";
      }
      case List<?> list -> "[" + flow(list.getFirst()) + "]";
      default -> value.toString();
    };
  }
}
