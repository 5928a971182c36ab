package dev.assayer.config;

import java.util.List;
import java.util.function.Predicate;

/**
 * The one list of what this version accepts without effect. One line for each section; remove the
 * line when its feature is built.
 */
final class NotBuiltYet {
  private static final String NO_EFFECT = "has no effect in this version";
  private static final String NONE_YET = "keep it for a later version, or remove it";
  private static final String DENIES =
      "validators of this type are not built yet: images that need it are denied config_error";

  private static final List<Entry> ENTRIES =
      List.of(
          noEffect(
              "registries", node -> node instanceof YamlNode.Sequence s && !s.items().isEmpty()),
          new Entry(
              "validators[].type",
              node -> scalar(node).equals("cosign") || scalar(node).equals("notation"),
              DENIES,
              "keep such rules in a test environment"));

  private NotBuiltYet() {}

  private record Entry(String path, Predicate<YamlNode> concerns, String problem, String remedy) {}

  private static Entry noEffect(String path, Predicate<YamlNode> concerns) {
    return new Entry(path, concerns, NO_EFFECT, NONE_YET);
  }

  /** Warns about everything in the file that is on the list. */
  static void warn(YamlNode.Mapping root, Reading reading) {
    for (Entry entry : ENTRIES) {
      visit(new Field("", root), entry.path(), entry, reading);
    }
  }

  private static void visit(Field field, String rest, Entry entry, Reading reading) {
    if (rest.isEmpty()) {
      if (entry.concerns().test(field.node())) {
        reading.warning(field, entry.problem(), entry.remedy());
      }
      return;
    }
    int dot = rest.indexOf('.');
    String head = dot < 0 ? rest : rest.substring(0, dot);
    String tail = dot < 0 ? "" : rest.substring(dot + 1);
    boolean each = head.endsWith("[]");
    String name = each ? head.substring(0, head.length() - 2) : head;
    if (field.node() instanceof YamlNode.Mapping mapping) {
      for (YamlNode.Entry child : mapping.entries()) {
        if (child.key().text().equals(name)) {
          Field found = new Field(field.child(name), child.value());
          if (!each) {
            visit(found, tail, entry, reading);
          } else if (child.value() instanceof YamlNode.Sequence sequence) {
            for (int i = 0; i < sequence.items().size(); i++) {
              visit(found.item(i, sequence.items().get(i)), tail, entry, reading);
            }
          }
        }
      }
    }
  }

  private static String scalar(YamlNode node) {
    return node instanceof YamlNode.Scalar scalar ? scalar.text() : "";
  }
}
