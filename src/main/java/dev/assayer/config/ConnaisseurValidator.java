package dev.assayer.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A validator of Connaisseur on its way to ours. Some of its settings stand in rules there and in
 * validators here, so one of theirs may become several of ours, each made when a rule asks for it.
 */
final class ConnaisseurValidator {
  private final Field field;
  private final String name;
  private final Type type;
  private final String broken;
  private final Set<String> roots;
  private final Map<String, String> brokenRoots;
  private final YamlNode.Mapping base;
  private final Map<String, String> variants = new LinkedHashMap<>();

  /** What a validator asks. */
  enum Type {
    NOTARY("notaryV1"),
    COSIGN("cosign"),
    NOTATION("notation"),
    ALLOW("static"),
    DENY("static"),
    /** The reader of our own format reports it. */
    OTHER("");

    private final String ours;

    Type(String ours) {
      this.ours = ours;
    }

    String ours() {
      return ours;
    }
  }

  /**
   * @param broken why its images must be denied; empty where it can be converted
   * @param roots names of the trust roots that could be converted
   * @param brokenRoots those that could not, each with the reason
   * @param base the validator of ours, without what rules add
   */
  ConnaisseurValidator(
      Field field,
      String name,
      Type type,
      String broken,
      Set<String> roots,
      Map<String, String> brokenRoots,
      YamlNode.Mapping base) {
    this.field = field;
    this.name = name;
    this.type = type;
    this.broken = broken;
    this.roots = Set.copyOf(roots);
    this.brokenRoots = Map.copyOf(brokenRoots);
    this.base = base;
  }

  Field field() {
    return field;
  }

  String name() {
    return name;
  }

  Type type() {
    return type;
  }

  /** Why its images must be denied; empty where it can be asked. */
  String broken() {
    return broken;
  }

  Set<String> roots() {
    return roots;
  }

  Map<String, String> brokenRoots() {
    return brokenRoots;
  }

  boolean isStatic() {
    return type == Type.ALLOW || type == Type.DENY;
  }

  /**
   * The name of the validator of ours with this setting.
   *
   * @param setting a name of the setting, for the validator's own name where it is a further one
   * @param taken names that are in use; gets a new one
   */
  String variant(String setting, Set<String> taken) {
    return variants.computeIfAbsent(
        setting,
        key -> {
          String wanted = variants.isEmpty() ? name : name + "-" + key;
          String free = wanted;
          for (int i = 2; !variants.isEmpty() && !taken.add(free); i++) {
            free = wanted + "-" + i;
          }
          return free;
        });
  }

  /** The validators of ours, at least one, unless it is broken. */
  List<YamlNode> ours(String defaultSetting) {
    if (!broken.isEmpty()) {
      return List.of();
    }
    if (variants.isEmpty()) {
      variants.put(defaultSetting, name);
    }
    return variants.entrySet().stream()
        .<YamlNode>map(variant -> with(variant.getKey(), variant.getValue()))
        .toList();
  }

  private YamlNode.Mapping with(String setting, String variantName) {
    ConnaisseurYaml.Builder builder = ConnaisseurYaml.mapping(base);
    for (YamlNode.Entry entry : base.entries()) {
      builder.put(
          entry.key().text(),
          entry.key().text().equals("name")
              ? ConnaisseurYaml.text(variantName, entry.value())
              : entry.value());
    }
    switch (type) {
      case COSIGN ->
          builder.put(
              "transparencyLog",
              ConnaisseurYaml.mapping(base)
                  .put("required", ConnaisseurYaml.flag(setting.equals("with-log"), base))
                  .build());
      case NOTATION -> builder.put("level", ConnaisseurYaml.text(setting, base));
      default -> {
        // Others have no setting that a rule could change.
      }
    }
    return builder.build();
  }
}
