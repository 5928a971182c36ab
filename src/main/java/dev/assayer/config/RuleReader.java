package dev.assayer.config;

import dev.assayer.config.MappingReader.Text;
import dev.assayer.decision.Mode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads {@code policy}. */
final class RuleReader {
  private static final String ALL = "*";
  private static final int MAX_COUNT = 10_000;

  private final Reading reading;
  private final RuleResolver resolver;

  RuleReader(Reading reading, RuleResolver resolver) {
    this.reading = reading;
    this.resolver = resolver;
  }

  /** The rules; a policy without any is an error, as it could only be a mistake. */
  List<RuleConfig> read(MappingReader root) {
    Optional<Field> field = root.required("policy", "policy: with at least one rule");
    List<Field> items = field.map(value -> Scalars.list(value, reading)).orElse(List.of());
    if (field.isPresent()
        && field.get().node() instanceof YamlNode.Sequence sequence
        && sequence.items().isEmpty()) {
      reading.error(field.get(), "holds no rule", "add one such as - pattern: \"*:*\"");
    }
    List<RuleConfig> rules = new ArrayList<>();
    for (Field item : items) {
      if (item.node() instanceof YamlNode.Mapping mapping) {
        rules.add(rule(new MappingReader(item, mapping, reading), mapping, rules.size()));
      } else {
        Scalars.mapping(item, reading);
      }
    }
    return rules;
  }

  private RuleConfig rule(MappingReader section, YamlNode.Mapping mapping, int index) {
    Optional<Field> patternField = section.required("pattern", "pattern: \"*:*\"");
    String pattern = patternField.flatMap(value -> Scalars.anyText(value, reading)).orElse("");
    List<String> namespaces = namespaces(section);
    Mode mode = mode(section);
    WrittenRule rule =
        new WrittenRule(
            section.field(),
            section.flag("verify", true),
            single(section, "validator"),
            allRoots(section),
            trustRoots(section),
            DelegationNames.read(names(section, "delegations"), reading),
            count(section, "threshold"),
            distinct(names(section, "required")),
            several(section, "allOf"),
            several(section, "anyOf"));
    section.done();
    Resolution resolution = resolver.resolve(rule);
    return new RuleConfig(
        index,
        patternField.map(Field::line).orElse(section.field().line()),
        pattern,
        rule.verify(),
        rule.validator().map(Text::text),
        rule.allRoots() ? List.of(ALL) : Text.all(rule.trustRoots()),
        Text.all(rule.delegations()),
        rule.threshold().map(count -> OptionalInt.of(count.value())).orElse(OptionalInt.empty()),
        Text.all(rule.required()),
        Text.all(rule.allOf()),
        Text.all(rule.anyOf()),
        namespaces,
        mode,
        YamlToJson.object(mapping),
        resolution);
  }

  private Optional<Text> single(MappingReader section, String name) {
    return section
        .value(name)
        .flatMap(field -> Scalars.text(field, reading).map(text -> new Text(field, text)));
  }

  private Optional<WrittenRule.Count> count(MappingReader section, String name) {
    return section
        .value(name)
        .flatMap(field ->
            Scalars.whole(field, reading, 1, MAX_COUNT)
                .map(value -> new WrittenRule.Count(field, value)));
  }

  private boolean allRoots(MappingReader section) {
    return section
        .value("trustRoot")
        .filter(f -> f.node() instanceof YamlNode.Scalar s && s.text().equals(ALL))
        .isPresent();
  }

  private List<Text> trustRoots(MappingReader section) {
    Optional<Field> field = section.value("trustRoot");
    if (field.isEmpty() || allRoots(section)) {
      return List.of();
    }
    if (field.get().node() instanceof YamlNode.Scalar) {
      return single(section, "trustRoot").map(List::of).orElse(List.of());
    }
    if (field.get().node() instanceof YamlNode.Mapping) {
      reading.secretError(
          field.get(), "must be a name, a list of names or \"*\", not a mapping", "write a name");
      return List.of();
    }
    List<Text> names = distinct(names(section, "trustRoot"));
    for (Text name : names) {
      if (name.text().equals(ALL)) {
        reading.error(
            name.field(), "\"*\" stands in a list", "write trustRoot: \"*\" for all trust roots");
      }
    }
    return names.stream().filter(name -> !name.text().equals(ALL)).toList();
  }

  /** A list of strings that, if written, is not empty. */
  private List<Text> names(MappingReader section, String name) {
    section
        .value(name)
        .filter(f -> f.node() instanceof YamlNode.Sequence s && s.items().isEmpty())
        .ifPresent(f -> reading.error(f, "is an empty list", "remove the field or name some"));
    return section.texts(name);
  }

  private List<Text> distinct(List<Text> names) {
    Set<String> seen = new HashSet<>();
    List<Text> distinct = new ArrayList<>();
    for (Text name : names) {
      if (seen.add(name.text())) {
        distinct.add(name);
      } else {
        reading.error(
            name.field(), Shown.quoted(name.text()) + " stands twice", "remove one of them");
      }
    }
    return distinct;
  }

  private List<Text> several(MappingReader section, String name) {
    List<Text> names = distinct(names(section, name));
    if (names.size() == 1) {
      section
          .value(name)
          .ifPresent(field ->
              reading.error(
                  field,
                  "names only one validator",
                  "name at least two, or write validator: " + names.getFirst().text()));
    }
    return names;
  }

  private List<String> namespaces(MappingReader section) {
    List<Text> names = names(section, "namespaces");
    for (Text name : names) {
      if (!KubernetesNames.namespacePattern(name.text())) {
        reading.error(
            name.field(),
            Shown.quoted(name.text()) + " cannot match a namespace",
            "use lower-case letters, digits, - and *");
      }
    }
    return Text.all(names);
  }

  private static Mode mode(MappingReader section) {
    return switch (section.word("mode", RuleMode.ENFORCE)) {
      case ENFORCE -> Mode.ENFORCE;
      case WARN -> Mode.WARN;
      case AUDIT -> Mode.AUDIT;
    };
  }

  private enum RuleMode {
    ENFORCE,
    WARN,
    AUDIT
  }
}
