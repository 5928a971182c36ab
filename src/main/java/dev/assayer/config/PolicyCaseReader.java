package dev.assayer.config;

import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import dev.assayer.image.Digest;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads the {@code cases} of a policy test against the configuration that they are about. */
final class PolicyCaseReader {
  /** The kinds whose pod specification the webhook knows. */
  private static final List<String> KINDS =
      List.of(
          "Pod",
          "Deployment",
          "ReplicaSet",
          "ReplicationController",
          "DaemonSet",
          "StatefulSet",
          "Job",
          "CronJob");

  private final Config config;
  private final Reading reading;
  private final StubbedTrustReader trust;

  PolicyCaseReader(Config config, Reading reading) {
    this.config = config;
    this.reading = reading;
    trust = new StubbedTrustReader(config, reading);
  }

  List<PolicyCase> read(MappingReader root) {
    if (!root.has("cases")) {
      root.missing("cases", "cases: with at least one case");
    }
    List<MappingReader> sections = root.sections("cases");
    if (sections.isEmpty() && root.has("cases") && !reading.failed()) {
      root.value("cases")
          .ifPresent(field -> reading.error(field, "holds no case", "add one: - name: …"));
    }
    Map<String, Integer> lines = new HashMap<>();
    List<PolicyCase> cases = new ArrayList<>();
    for (MappingReader section : sections) {
      cases.add(one(section, lines));
    }
    return cases;
  }

  private PolicyCase one(MappingReader section, Map<String, Integer> lines) {
    PolicyCase read =
        new PolicyCase(
            name(section, lines),
            section.field().line(),
            image(section),
            namespace(section),
            word(section, "kind", KINDS).orElse("Pod"),
            section.word("endpoint", PolicyCase.Endpoint.MUTATE),
            trust.read(section),
            expected(section));
    section.done();
    return read;
  }

  private String name(MappingReader section, Map<String, Integer> lines) {
    Optional<Field> field = section.required("name", "name: what the case shows");
    Optional<String> name = field.flatMap(value -> Scalars.text(value, reading));
    if (field.isPresent() && name.isPresent()) {
      Integer first = lines.putIfAbsent(name.get(), field.get().line());
      if (first != null) {
        reading.error(
            field.get(),
            "case " + Shown.quoted(name.get()) + " stands twice, first in line " + first,
            "give each its own name");
      }
    }
    return name.orElse("");
  }

  /** Any string, also an empty one: that an image is no image can be what a case shows. */
  private String image(MappingReader section) {
    return section
        .required("image", "image: registry.example.com/acme/app:1.4")
        .flatMap(value -> Scalars.anyText(value, reading))
        .orElse("");
  }

  private Optional<String> namespace(MappingReader section) {
    Optional<Field> field = section.value("namespace");
    Optional<String> namespace = field.flatMap(value -> Scalars.text(value, reading));
    if (field.isPresent() && namespace.isPresent() && !KubernetesNames.label(namespace.get())) {
      reading.error(
          field.get(),
          Shown.quoted(namespace.get()) + " is not the name of a namespace",
          "use lower-case letters, digits and -, at most 63");
    }
    return namespace;
  }

  private JsonObject expected(MappingReader parent) {
    Optional<MappingReader> written =
        parent
            .required("expect", "expect: {reason: signature_valid}")
            .flatMap(value -> Scalars.mapping(value, reading));
    JsonObject.Builder builder = JsonObject.builder();
    if (written.isEmpty()) {
      return builder.build();
    }
    MappingReader section = written.get();
    section
        .value("rule")
        .flatMap(value -> Scalars.anyText(value, reading))
        .ifPresent(pattern -> builder.put("rule", pattern));
    section
        .value("index")
        .flatMap(value -> Scalars.whole(value, reading, 0, config.policy().size() - 1))
        .ifPresent(index -> builder.put("index", index));
    coded(section, "verdict", Verdict.values(), Verdict::code, builder);
    coded(section, "reason", Reason.values(), Reason::code, builder);
    coded(section, "outcome", Outcome.values(), Outcome::code, builder);
    coded(section, "mode", Mode.values(), Mode::code, builder);
    section
        .value("digest")
        .flatMap(value -> digest(value, reading))
        .ifPresent(digest -> builder.put("digest", digest.text()));
    section
        .value("patched")
        .flatMap(value -> Scalars.flag(value, reading))
        .ifPresent(patched -> builder.put("patched", patched));
    section.value("validator").ifPresent(value -> validators(value, builder));
    section.done();
    if (section.names().isEmpty()) {
      reading.error(section.field(), "expects nothing", "add reason: signature_valid");
    }
    contradictions(section, builder);
    return builder.build();
  }

  /** A verdict that the expected reason never has is a slip of the pen. */
  private void contradictions(MappingReader section, JsonObject.Builder builder) {
    JsonObject expected = builder.build();
    Optional<String> verdict = expected.get("verdict").flatMap(Json::asString);
    Optional<Reason> reason =
        expected
            .get("reason")
            .flatMap(Json::asString)
            .flatMap(code -> named(Reason.values(), Reason::code, code));
    if (verdict.isPresent()
        && reason.isPresent()
        && !reason.get().verdict().code().equals(verdict.get())) {
      section
          .value("verdict")
          .ifPresent(field ->
              reading.error(
                  field,
                  "reason " + reason.get().code() + " never has the verdict " + verdict.get(),
                  "write verdict: " + reason.get().verdict().code() + ", or leave it out"));
    }
  }

  private void validators(Field field, JsonObject.Builder builder) {
    List<String> known = config.validators().stream().map(ValidatorConfig::name).toList();
    boolean list = field.node() instanceof YamlNode.Sequence;
    List<Field> items = list ? Scalars.list(field, reading) : List.of(field);
    List<String> names =
        items.stream().flatMap(item -> known(item, known, "validator").stream()).toList();
    if (list && names.isEmpty() && items.isEmpty()) {
      reading.error(field, "is empty", "name a validator, or leave the field out");
    }
    builder.put(
        "validator", names.size() == 1 ? Json.of(names.getFirst()) : JsonArray.ofStrings(names));
  }

  private Optional<String> known(Field field, List<String> known, String what) {
    Optional<String> text = Scalars.text(field, reading);
    if (text.isPresent() && !known.contains(text.get())) {
      reading.error(
          field,
          what + " " + Shown.quoted(text.get()) + " is not configured",
          Nearest.remedy(text.get(), known));
      return Optional.empty();
    }
    return text;
  }

  private Optional<String> word(MappingReader section, String name, List<String> words) {
    return section.value(name).flatMap(value -> word(value, words, reading));
  }

  private <E> void coded(
      MappingReader section,
      String name,
      E[] values,
      Function<E, String> code,
      JsonObject.Builder builder) {
    word(section, name, Stream.of(values).map(code).toList())
        .ifPresent(word -> builder.put(name, word));
  }

  /** One of these words. */
  static Optional<String> word(Field field, List<String> words, Reading reading) {
    Optional<String> text = Scalars.text(field, reading);
    if (text.isPresent() && !words.contains(text.get())) {
      reading.error(
          field, Shown.quoted(text.get()) + " is not known", Nearest.remedy(text.get(), words));
      return Optional.empty();
    }
    return text;
  }

  /** The value with this code. */
  static <E> Optional<E> named(E[] values, Function<E, String> code, String text) {
    return Arrays.stream(values).filter(value -> code.apply(value).equals(text)).findFirst();
  }

  /** A digest that pins. */
  static Optional<Digest> digest(Field field, Reading reading) {
    Optional<String> text = Scalars.text(field, reading);
    Optional<Digest> digest = text.flatMap(Digest::parse);
    if (text.isPresent() && digest.isEmpty()) {
      reading.error(
          field,
          Shown.quoted(text.get()) + " is not a digest",
          "write sha256: and 64 lower-case hexadecimal digits");
    }
    return digest;
  }
}
