package dev.assayer.config;

import dev.assayer.config.Connaisseur.Generation;
import dev.assayer.config.ConnaisseurValidator.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Converts {@code validators} of 2.x and 3.x, and {@code notaries} of 1.x. */
final class ConnaisseurValidators {
  private static final String DEFAULT_NOTARY = "notary.docker.io";
  private static final String PUBLIC_REKOR = "rekor.sigstore.dev";
  private static final String DEFAULT = "default";
  private static final Map<String, Type> TYPES =
      Map.of("notaryv1", Type.NOTARY, "cosign", Type.COSIGN, "notation", Type.NOTATION);

  private final Generation generation;
  private final ConversionLog log;

  ConnaisseurValidators(Generation generation, ConversionLog log) {
    this.generation = generation;
    this.log = log;
  }

  List<ConnaisseurValidator> read(ConnaisseurSection root) {
    List<ConnaisseurValidator> validators = new ArrayList<>();
    if (generation != Generation.FIRST) {
      root.sections("validators").forEach(section -> validators.add(validator(section)));
      return validators;
    }
    for (ConnaisseurSection section : root.sections("notaries")) {
      validators.add(notary(section, section.value("name")));
    }
    if (!root.has("notaries")) {
      root.section("notary").ifPresent(section -> validators.add(only(section)));
    }
    return validators;
  }

  private ConnaisseurValidator validator(ConnaisseurSection section) {
    Optional<Field> name = section.value("name");
    name.ifPresent(field -> log.converted(field, "validators[].name"));
    Optional<Field> typeField = section.value("type");
    String written = section.text("type").orElse("");
    if (written.equals("static")) {
      return fixed(section, name);
    }
    Type type = TYPES.getOrDefault(written, Type.OTHER);
    typeField.ifPresent(field -> {
      if (written.equals("notaryv2")) {
        log.notConverted(
            field,
            "validators of type notaryv2 verified nothing and denied every image; so does this",
            "sign with the Notary Project's notation and write a validator of type notation",
            List.of());
      } else {
        log.converted(field, "validators[].type: " + (type == Type.OTHER ? "" : type.ours()));
      }
    });
    return switch (type) {
      case NOTARY -> notary(section, name);
      case COSIGN -> cosign(section, name);
      case NOTATION -> notation(section, name);
      default -> {
        ConnaisseurYaml.Builder base = start(section, name);
        typeField.ifPresent(field -> base.put("type", field.node()));
        String broken = written.equals("notaryv2") ? "its type notaryv2 verifies nothing" : "";
        yield build(section, name, Type.OTHER, broken, Roots.none(), base);
      }
    };
  }

  private ConnaisseurValidator fixed(ConnaisseurSection section, Optional<Field> name) {
    Optional<Field> approve = section.value("approve");
    Optional<Boolean> answer = section.flag("approve");
    ConnaisseurYaml.Builder base = start(section, name).put("type", type(section, "static"));
    approve.ifPresent(field -> {
      base.put(
          "approve",
          answer.map(a -> (YamlNode) ConnaisseurYaml.flag(a, field.node())).orElse(field.node()));
      log.converted(field, "validators[].approve");
    });
    section.value("type").ifPresent(field -> log.converted(field, "validators[].type: static"));
    section.refuseRest();
    return build(
        section, name, answer.orElse(false) ? Type.ALLOW : Type.DENY, "", Roots.none(), base);
  }

  /** The one Notary of the first releases, which has no name. */
  private ConnaisseurValidator only(ConnaisseurSection section) {
    YamlNode at = section.field().node();
    Field named = new Field(section.field().path(), ConnaisseurYaml.text(DEFAULT, at));
    return notary(section, Optional.of(named));
  }

  private ConnaisseurValidator notary(ConnaisseurSection section, Optional<Field> name) {
    ConnaisseurYaml.Builder base = start(section, name).put("type", type(section, "notaryV1"));
    if (generation == Generation.FIRST) {
      name.ifPresent(field -> log.converted(field, "validators[].name"));
    }
    String broken = host(section, base);
    Optional<Field> single = section.value("rootPubKey");
    Roots roots =
        single.isPresent()
            ? new ConnaisseurRoots(log).single(single.get(), DEFAULT)
            : new ConnaisseurRoots(log)
                .read(section, Type.NOTARY, "trustRoots", "rootKeys", "pubRootKeys");
    base.put("trustRoots", ConnaisseurYaml.list(roots.nodes(), section.field().node()));
    boolean selfsigned = section.flag("selfsigned").orElse(true);
    section.value("selfsigned").ifPresent(field -> log.converted(field, "validators[].ca"));
    section
        .value("cert", "selfsignedCert")
        .ifPresent(field -> {
          if (selfsigned) {
            base.put("ca", field.node());
            log.converted(
                field, "validators[].ca", "the only trust anchor for this host, as there");
          } else {
            log.converted(field, "", "left out: it had no effect beside selfsigned: false");
          }
        });
    auth(section).ifPresent(node -> base.put("auth", node));
    section
        .flag("isAcr")
        .ifPresent(acr -> {
          Field field = section.value("isAcr").orElseThrow();
          if (acr) {
            base.put("healthCheck", ConnaisseurYaml.flag(false, field.node()));
          }
          log.converted(field, acr ? "validators[].healthCheck: false" : "");
        });
    section.refuseRest();
    return build(section, name, Type.NOTARY, broken, roots, base);
  }

  /** Adds the host; gives why none can be asked. */
  private String host(ConnaisseurSection section, ConnaisseurYaml.Builder base) {
    Optional<Field> field = section.value("host");
    if (field.isEmpty()) {
      if (generation == Generation.THIRD) {
        base.put("host", ConnaisseurYaml.text(DEFAULT_NOTARY, section.field().node()));
        log.converted(
            section.field(), "validators[].host: " + DEFAULT_NOTARY, "the default of Connaisseur");
      }
      return "";
    }
    String host = section.text("host").orElse("");
    String lower = host.toLowerCase(Locale.ROOT);
    if (lower.startsWith("http://")) {
      log.notConverted(
          field.get(),
          "a Notary is only asked over https; images under this validator are denied",
          "write host: without http:// once the Notary speaks https",
          List.of());
      return "its Notary is asked without TLS";
    }
    String bare = lower.startsWith("https://") ? host.substring("https://".length()) : host;
    base.put(
        "host",
        ConnaisseurYaml.text(
            bare.endsWith("/") ? bare.substring(0, bare.length() - 1) : bare, field.get().node()));
    log.converted(field.get(), "validators[].host");
    return "";
  }

  private Optional<YamlNode> auth(ConnaisseurSection validator) {
    Optional<ConnaisseurSection> section = validator.section("auth");
    if (section.isEmpty()) {
      return Optional.empty();
    }
    ConnaisseurSection auth = section.get();
    boolean enabled = auth.flag("enabled").orElse(true);
    auth.value("enabled").ifPresent(field -> log.converted(field, "validators[].auth"));
    ConnaisseurYaml.Builder builder = ConnaisseurYaml.mapping(auth.field().node());
    auth.value("secretName")
        .ifPresent(field -> {
          builder.put("secretName", field.node());
          log.changed(
              field,
              "validators[].auth.secretName",
              "the Secret is looked for in Assayer's own namespace; Connaisseur's held a file with the"
                  + " credentials",
              "create it there from the same credentials, as docs/configuration.md says",
              List.of());
        });
    auth.value("username", "user")
        .ifPresent(field -> {
          builder.put("username", field.node());
          log.converted(field, "validators[].auth.username");
        });
    auth.value("password")
        .ifPresent(field -> {
          builder.put("password", field.node());
          log.converted(field, "validators[].auth.password", "kept in the file; a Secret is safer");
        });
    auth.value("registry")
        .ifPresent(
            field -> log.converted(field, "", "left out: credentials are only ever sent to host"));
    auth.refuseRest();
    return enabled && !builder.isEmpty() ? Optional.of(builder.build()) : Optional.empty();
  }

  private ConnaisseurValidator cosign(ConnaisseurSection section, Optional<Field> name) {
    ConnaisseurYaml.Builder base = start(section, name).put("type", type(section, "cosign"));
    Roots roots = new ConnaisseurRoots(log).read(section, Type.COSIGN, "trustRoots");
    base.put("trustRoots", ConnaisseurYaml.list(roots.nodes(), section.field().node()));
    String broken = infrastructure(section);
    registryAccess(section);
    section.refuseRest();
    return build(section, name, Type.COSIGN, broken, roots, base);
  }

  /**
   * Why signatures under other logs and authorities than the public ones cannot be verified yet.
   */
  private String infrastructure(ConnaisseurSection section) {
    Optional<Field> host = section.value("host");
    if (host.isEmpty()) {
      return "";
    }
    if (host.get().node() instanceof YamlNode.Scalar scalar) {
      return rekor(host.get(), scalar.text());
    }
    Optional<ConnaisseurSection> parts = section.section("host");
    if (parts.isEmpty()) {
      return "";
    }
    String broken = "";
    Optional<Field> rekor = parts.get().value("rekor");
    if (rekor.isPresent()) {
      broken = rekor(rekor.get(), parts.get().text("rekor").orElse(""));
    }
    for (String part : List.of("rekorPubkey", "fulcioCert", "ctLogPubkey")) {
      Optional<Field> field = parts.get().value(part);
      if (field.isPresent()) {
        broken = "it trusts a transparency log or authority of its own";
        foreign(field.get());
      }
    }
    parts.get().refuseRest();
    return broken;
  }

  private String rekor(Field field, String address) {
    String bare = address.replaceFirst("(?i)^https?://", "").replaceFirst("/$", "");
    if (bare.equalsIgnoreCase(PUBLIC_REKOR)) {
      log.converted(field, "validators[].transparencyLog", "the public log is the default");
      return "";
    }
    foreign(field);
    return "it trusts a transparency log or authority of its own";
  }

  private void foreign(Field field) {
    log.notConverted(
        field,
        "keys and addresses of an own Sigstore stand in one file here, and without them the public"
            + " one would be trusted; images under this validator are denied",
        "write a Sigstore trusted root (JSON) with them and name it in trustedRootFile",
        List.of());
  }

  private ConnaisseurValidator notation(ConnaisseurSection section, Optional<Field> name) {
    ConnaisseurYaml.Builder base = start(section, name).put("type", type(section, "notation"));
    Roots roots = new ConnaisseurRoots(log).read(section, Type.NOTATION, "trustRoots");
    base.put("trustRoots", ConnaisseurYaml.list(roots.nodes(), section.field().node()));
    registryAccess(section);
    section.refuseRest();
    return build(section, name, Type.NOTATION, "", roots, base);
  }

  /** Registries are reached without settings of a validator. */
  private void registryAccess(ConnaisseurSection section) {
    section
        .section("auth")
        .ifPresent(auth -> {
          for (String key :
              List.of(
                  "secretName", "k8sKeychain", "useKeychain", "username", "password", "registry")) {
            auth.value(key)
                .ifPresent(field ->
                    log.notConverted(
                        field,
                        "a "
                            + type(section)
                            + " validator has no credentials for registries;"
                            + " signatures in a private one are not found, and images denied",
                        "keep such images under a notaryV1 validator until it has",
                        List.of()));
          }
          auth.refuseRest();
        });
    section
        .value("cert")
        .ifPresent(field ->
            log.notConverted(
                field,
                "a "
                    + type(section)
                    + " validator has no certificate for registries; one that the"
                    + " system does not trust is not asked, and images denied",
                "add the certificate to the trust store of the image",
                List.of()));
  }

  private static String type(ConnaisseurSection section) {
    return section.text("type").orElse("");
  }

  private static YamlNode type(ConnaisseurSection section, String ours) {
    return ConnaisseurYaml.text(
        ours, section.value("type").map(Field::node).orElse(section.field().node()));
  }

  private static ConnaisseurYaml.Builder start(ConnaisseurSection section, Optional<Field> name) {
    return ConnaisseurYaml.mapping(section.field().node()).put("name", name.map(Field::node));
  }

  private ConnaisseurValidator build(
      ConnaisseurSection section,
      Optional<Field> name,
      Type type,
      String broken,
      Roots roots,
      ConnaisseurYaml.Builder base) {
    boolean needsRoots = type == Type.NOTARY || type == Type.COSIGN || type == Type.NOTATION;
    String why =
        broken.isEmpty() && needsRoots && roots.names().isEmpty()
            ? "none of its trust roots can be used"
            : broken;
    if (broken.isEmpty() && !why.isEmpty()) {
      log.notConverted(
          section.field(),
          "none of its trust roots can be used, so it is left out; images under it are denied",
          "add a trust root, or remove the rules that ask it",
          List.of());
    }
    return new ConnaisseurValidator(
        section.field(),
        name.map(field -> field.node() instanceof YamlNode.Scalar s ? s.text() : "").orElse(""),
        type,
        why,
        roots.names(),
        roots.broken(),
        base.build());
  }

  /**
   * The trust roots of one validator.
   *
   * @param nodes those of ours
   * @param names their names
   * @param broken names of those that could not be converted, with the reason
   */
  record Roots(List<YamlNode> nodes, Set<String> names, Map<String, String> broken) {
    static Roots none() {
      return new Roots(List.of(), new LinkedHashSet<>(), new LinkedHashMap<>());
    }
  }

  /** Names that stand twice are reported by the reader of our own format. */
  static Map<String, ConnaisseurValidator> byName(List<ConnaisseurValidator> validators) {
    Map<String, ConnaisseurValidator> byName = new HashMap<>();
    validators.forEach(validator -> byName.putIfAbsent(validator.name(), validator));
    return byName;
  }
}
