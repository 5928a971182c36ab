package dev.assayer.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Recognises configurations of Connaisseur, which look like ours and mean something else, and tells
 * which generation wrote them: as Helm values, or as the file that its pods mount.
 */
final class Connaisseur {
  private static final Set<String> OURS =
      Set.of(
          "cluster",
          "webhook",
          "admin",
          "page",
          "audit",
          "state",
          "freshness",
          "readiness",
          "grace",
          "mutation",
          "revoked",
          "liveness",
          "namespaces",
          "unknownKinds",
          "registries");
  private static final Set<String> OUR_RULE_FIELDS =
      Set.of(
          "verify",
          "trustRoot",
          "delegations",
          "threshold",
          "required",
          "allOf",
          "anyOf",
          "namespaces",
          "mode");
  private static final Set<String> OUR_VALIDATOR_FIELDS =
      Set.of(
          "ca", "allowUnboundRoot", "healthCheck", "transparencyLog", "trustedRootFile", "level");

  /** Ours too. */
  private static final String TRUST_ROOTS = "validators[].trustRoots";

  private static final List<String> FIRST = List.of("notaries", "notary");
  private static final List<String> SECOND =
      List.of(
          "validators[].trust_roots",
          "validators[].root_keys",
          "validators[].pub_root_keys",
          "validators[].is_acr",
          "validators[].auth.secret_name",
          "validators[].auth.k8s_keychain",
          "policy[].with.trust_root",
          "alerting.cluster_identifier",
          "alerting.admit_request",
          "alerting.reject_request");
  private static final List<String> SECOND_AT_LEAST =
      List.of(
          "deployment",
          "service",
          "detectionMode",
          "namespacedValidation",
          "automaticChildApproval",
          "automaticUnchangedApproval",
          "validationMode",
          "debug");
  private static final List<String> THIRD =
      List.of(
          "application",
          TRUST_ROOTS,
          "validators[].auth.useKeychain",
          "validators[].host.rekor",
          "policy[].with.trustRoot",
          "policy[].with.mode",
          "policy[].with.verifyInTransparencyLog",
          "policy[].with.verifySCT",
          "policy[].with.verificationLevel",
          "policy[].with.verifyTimestamp",
          "alerting.clusterIdentifier",
          "alerting.admitRequest",
          "alerting.rejectRequest");

  private Connaisseur() {}

  /** The generations of its configuration format. */
  enum Generation {
    /** 1.x: {@code notaries}. */
    FIRST("1.x"),
    /** 2.x: {@code validators} with {@code trust_roots}. */
    SECOND("2.x"),
    /**
     * 3.x: {@code validators} with {@code trustRoots}, in Helm values below {@code application}.
     */
    THIRD("3.x");

    private final String words;

    Generation(String words) {
      this.words = words;
    }

    /** Its releases. */
    String words() {
      return words;
    }
  }

  static boolean wrote(YamlNode.Mapping root) {
    if (child(root, "apiVersion").isPresent()) {
      return false;
    }
    return signs(root, FIRST).findFirst().isPresent()
        || signs(root, SECOND).findFirst().isPresent()
        || signs(root, THIRD.stream().filter(path -> !path.equals(TRUST_ROOTS)).toList())
            .findFirst()
            .isPresent()
        || all(root, "validators[].type").stream().anyMatch(f -> text(f).equals("notaryv1"))
        || plain(root);
  }

  /** Validators and a policy, and nothing that only our own format has. */
  private static boolean plain(YamlNode.Mapping root) {
    return !all(root, "validators[]").isEmpty()
        && !all(root, "policy[].pattern").isEmpty()
        && all(root, "validators[].type").stream().noneMatch(f -> text(f).equals("notaryV1"))
        && root.entries().stream().noneMatch(entry -> OURS.contains(entry.key().text()))
        && OUR_RULE_FIELDS.stream().allMatch(name -> all(root, "policy[]." + name).isEmpty())
        && OUR_VALIDATOR_FIELDS.stream()
            .allMatch(name -> all(root, "validators[]." + name).isEmpty());
  }

  /**
   * The generation; empty, and refused, where keys of several stand in one file: no release of
   * Connaisseur would have read them all, so nobody can tell what was in force.
   */
  static Optional<Generation> generation(YamlNode.Mapping root, ConversionLog log) {
    YamlNode.Mapping application = application(root);
    Optional<Field> first = signs(root, FIRST).findFirst();
    Optional<Field> second =
        Stream.concat(signs(root, SECOND), signs(application, SECOND)).findFirst();
    Optional<Field> third =
        Stream.concat(signs(root, THIRD), signs(application, THIRD)).findFirst();
    List<Field> found = new ArrayList<>();
    if (first.isPresent()) {
      found.add(first.get());
      // The other keys of 1.x are those of 2.x.
      signs(root, List.of("validators", "application")).findFirst().ifPresent(found::add);
    } else {
      second.ifPresent(found::add);
      third.ifPresent(found::add);
    }
    if (found.size() > 1) {
      log.refuse(
          found.getLast(),
          "mixes generations of Connaisseur: "
              + Shown.of(found.getFirst().path())
              + " in line "
              + found.getFirst().line()
              + " is of another",
          "keep the keys of the release that is in use; no release reads both");
      return Optional.empty();
    }
    if (first.isPresent()) {
      return Optional.of(Generation.FIRST);
    }
    boolean older =
        second.isPresent()
            || (third.isEmpty() && signs(root, SECOND_AT_LEAST).findFirst().isPresent());
    return Optional.of(older ? Generation.SECOND : Generation.THIRD);
  }

  /** What stands below {@code application}, or nothing. */
  static YamlNode.Mapping application(YamlNode.Mapping root) {
    return child(root, "application").orElse(root) instanceof YamlNode.Mapping application
            && child(root, "application").isPresent()
        ? application
        : new YamlNode.Mapping(List.of(), root.line(), root.column());
  }

  private static Stream<Field> signs(YamlNode.Mapping root, List<String> paths) {
    return paths.stream()
        .flatMap(path ->
            all(root, path).stream()
                .filter(field -> !path.equals("notary") || field.node() instanceof YamlNode.Mapping)
                .limit(1));
  }

  /** Every value at a path, where {@code []} stands for all elements. */
  private static List<Field> all(YamlNode.Mapping root, String path) {
    List<Field> fields = List.of(new Field("", root));
    for (String part : path.split("\\.", -1)) {
      boolean each = part.endsWith("[]");
      String name = each ? part.substring(0, part.length() - 2) : part;
      List<Field> next = new ArrayList<>();
      for (Field field : fields) {
        child(field.node(), name)
            .ifPresent(value -> {
              Field found = new Field(field.child(name), value);
              if (!each) {
                next.add(found);
              } else if (value instanceof YamlNode.Sequence list) {
                for (YamlNode item : list.items()) {
                  next.add(found.item(next.size(), item));
                }
              }
            });
      }
      fields = next;
    }
    return fields;
  }

  private static Optional<YamlNode> child(YamlNode node, String name) {
    return node instanceof YamlNode.Mapping mapping
        ? mapping.entries().stream()
            .filter(entry -> entry.key().text().equals(name))
            .map(YamlNode.Entry::value)
            .findFirst()
        : Optional.empty();
  }

  private static String text(Field field) {
    return field.node() instanceof YamlNode.Scalar scalar ? scalar.text() : "";
  }
}
