package dev.assayer.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Recognises configurations of Connaisseur, which look like ours and mean something else. */
final class Connaisseur {
  private static final Set<String> VALIDATOR_FIELDS =
      Set.of("trust_roots", "pub_root_keys", "is_acr", "selfsigned_cert", "root_keys", "cert");

  private Connaisseur() {}

  static boolean wrote(YamlNode.Mapping root) {
    if (get(root, "apiVersion").isPresent()) {
      return false;
    }
    if (get(root, "notaries").isPresent() || get(root, "application").isPresent()) {
      return true;
    }
    boolean validator = items(root, "validators").stream().anyMatch(Connaisseur::validator);
    boolean rule = items(root, "policy").stream().anyMatch(item -> get(item, "with").isPresent());
    return validator || rule;
  }

  private static boolean validator(YamlNode item) {
    return get(item, "type").filter(type -> text(type).equals("notaryv1")).isPresent()
        || VALIDATOR_FIELDS.stream().anyMatch(name -> get(item, name).isPresent())
        || get(item, "auth").filter(auth -> get(auth, "secret_name").isPresent()).isPresent();
  }

  private static List<YamlNode> items(YamlNode node, String name) {
    return get(node, name).orElse(node) instanceof YamlNode.Sequence sequence
        ? sequence.items()
        : List.of();
  }

  private static Optional<YamlNode> get(YamlNode node, String name) {
    return node instanceof YamlNode.Mapping mapping
        ? mapping.entries().stream()
            .filter(entry -> entry.key().text().equals(name))
            .map(YamlNode.Entry::value)
            .findFirst()
        : Optional.empty();
  }

  private static String text(YamlNode node) {
    return node instanceof YamlNode.Scalar scalar ? scalar.text() : "";
  }
}
