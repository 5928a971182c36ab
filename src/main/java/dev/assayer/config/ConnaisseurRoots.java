package dev.assayer.config;

import dev.assayer.config.ConnaisseurValidator.Type;
import dev.assayer.config.ConnaisseurValidators.Roots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Converts the trust roots of one validator. */
final class ConnaisseurRoots {
  private static final String ROOT = "validators[].trustRoots[].";

  private final ConversionLog log;
  private final List<YamlNode> nodes = new ArrayList<>();
  private final Set<String> names = new LinkedHashSet<>();
  private final Map<String, String> broken = new LinkedHashMap<>();

  ConnaisseurRoots(ConversionLog log) {
    this.log = log;
  }

  Roots read(ConnaisseurSection validator, Type type, String... spellings) {
    for (ConnaisseurSection section : validator.sections(spellings)) {
      root(section, type);
    }
    return new Roots(nodes, names, broken);
  }

  /** A validator's only key, which has no name of its own. */
  Roots single(Field key, String name) {
    nodes.add(
        ConnaisseurYaml.mapping(key.node())
            .put("name", ConnaisseurYaml.text(name, key.node()))
            .put("key", key(key.node()))
            .build());
    names.add(name);
    log.converted(key, ROOT + "key");
    return new Roots(nodes, names, broken);
  }

  private void root(ConnaisseurSection section, Type type) {
    ConnaisseurYaml.Builder root = ConnaisseurYaml.mapping(section.field().node());
    Optional<Field> name = section.value("name");
    name.ifPresent(field -> {
      root.put("name", field.node());
      log.converted(field, ROOT + "name");
    });
    String text = section.text("name").orElse("");
    String why = material(section, type, root);
    section.refuseRest();
    if (why.isEmpty()) {
      nodes.add(root.build());
      names.add(text);
    } else {
      broken.put(text, why);
    }
  }

  /** Adds what is trusted; gives why it cannot be. */
  private String material(ConnaisseurSection section, Type type, ConnaisseurYaml.Builder root) {
    String why = "";
    Optional<Field> key = section.value("key");
    if (key.isPresent()) {
      String reference = section.text("key").orElse("");
      if (type == Type.COSIGN && reference.contains("://") && !reference.contains("-----")) {
        why = "its key is in a key management service";
        log.notConverted(
            key.get(),
            "keys of a key management service are not asked for; images that need it are denied",
            "export the public key and write it under key:",
            List.of());
      } else {
        root.put("key", key(key.get().node()));
        log.converted(key.get(), ROOT + "key");
      }
    }
    section
        .value("cert")
        .ifPresent(field -> {
          root.put("certificate", field.node());
          log.converted(field, ROOT + "certificate");
        });
    section
        .value("tsCert")
        .ifPresent(field ->
            log.notConverted(
                field,
                "there is no trust anchor for time stamps; signatures whose certificate has expired"
                    + " since are denied",
                "sign again before the signing certificate expires",
                List.of()));
    Optional<ConnaisseurSection> keyless = section.section("keyless");
    return keyless.isPresent() ? keyless(keyless.get(), root) : why;
  }

  private String keyless(ConnaisseurSection section, ConnaisseurYaml.Builder root) {
    ConnaisseurYaml.Builder identity = ConnaisseurYaml.mapping(section.field().node());
    for (String exact : List.of("issuer", "subject")) {
      section
          .value(exact)
          .ifPresent(field -> {
            identity.put(exact, field.node());
            log.converted(field, ROOT + "keyless." + exact);
          });
    }
    String why = "";
    for (String regex : List.of("issuerRegex", "subjectRegex")) {
      Optional<Field> field = section.value(regex);
      if (field.isPresent()) {
        why = "its identity is a regular expression";
        log.notConverted(
            field.get(),
            "identities are compared exactly; images that need it are denied",
            "write a trust root for each identity, with issuer and subject",
            List.of());
      }
    }
    section.refuseRest();
    root.put("keyless", identity.build());
    return why;
  }

  /** The key without the header lines that {@code docker trust} writes into it. */
  private static YamlNode key(YamlNode node) {
    if (!(node instanceof YamlNode.Scalar scalar) || !scalar.text().contains("\nrole:")) {
      return node;
    }
    String text = scalar.text().replaceFirst("\nrole: *root *\r?\n\r?\n", "\n");
    return ConnaisseurYaml.text(text, node);
  }
}
