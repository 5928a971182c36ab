package dev.assayer.config;

import dev.assayer.config.MappingReader.Text;
import java.util.ArrayList;
import java.util.List;

/** What the fields of one rule demand of each other and of the validator it asks. */
final class RuleChecks {
  private final Reading reading;

  RuleChecks(Reading reading) {
    this.reading = reading;
  }

  /** Fields that exclude each other whatever the validator is. */
  void combinations(WrittenRule rule) {
    List<String> ways = new ArrayList<>();
    rule.validator().ifPresent(_ -> ways.add("validator"));
    if (!rule.allOf().isEmpty()) {
      ways.add("allOf");
    }
    if (!rule.anyOf().isEmpty()) {
      ways.add("anyOf");
    }
    if (ways.size() > 1) {
      reading.secretError(rule.field(), "has " + String.join(" and ", ways), "keep one of them");
    }
    if (!rule.allOf().isEmpty() || !rule.anyOf().isEmpty()) {
      String way = rule.allOf().isEmpty() ? "anyOf" : "allOf";
      rule.trustRoots().stream()
          .findFirst()
          .ifPresent(
              root -> notWith(root.field(), "trustRoot names", way, "write \"*\", or remove it"));
      rule.delegations().stream()
          .findFirst()
          .ifPresent(name -> notWith(name.field(), "delegations", way, "remove them"));
      rule.required().stream()
          .findFirst()
          .ifPresent(name -> notWith(name.field(), "required names", way, "remove them"));
      rule.threshold().ifPresent(count -> notWith(count.field(), "threshold", way, "remove it"));
    }
    if (!rule.delegations().isEmpty()) {
      atMost(rule, rule.delegations().size(), "delegations");
    }
  }

  private void notWith(Field field, String what, String way, String remedy) {
    reading.error(field, what + " cannot stand beside " + way, remedy);
  }

  /** Fields of an exempt rule that do nothing. */
  void unused(WrittenRule rule) {
    List<String> unused = new ArrayList<>();
    rule.validator().ifPresent(_ -> unused.add("validator"));
    if (rule.namesRoots()) {
      unused.add("trustRoot");
    }
    if (!rule.delegations().isEmpty()) {
      unused.add("delegations");
    }
    rule.threshold().ifPresent(_ -> unused.add("threshold"));
    if (!rule.required().isEmpty()) {
      unused.add("required");
    }
    if (!rule.allOf().isEmpty()) {
      unused.add("allOf");
    }
    if (!rule.anyOf().isEmpty()) {
      unused.add("anyOf");
    }
    if (!unused.isEmpty()) {
      reading.warning(
          rule.field(),
          "verify: false leaves " + String.join(", ", unused) + " without effect",
          "remove them, or remove verify: false");
    }
  }

  /** What this type of validator can do. */
  void against(WrittenRule rule, ValidatorConfig validator, List<String> roots) {
    String asked = "validator " + Shown.quoted(validator.name()) + " is " + validator.type();
    if (!(validator instanceof NotaryV1Config) && !rule.delegations().isEmpty()) {
      reading.error(
          rule.delegations().getFirst().field(),
          "delegations are of notaryV1, and " + asked,
          "remove delegations, or name a notaryV1 validator");
    }
    if (!(validator instanceof CosignConfig) && !rule.required().isEmpty()) {
      reading.error(
          rule.required().getFirst().field(),
          "required is of cosign, and " + asked,
          "remove required, or name a cosign validator");
    }
    switch (validator) {
      case NotaryV1Config _ -> {
        if (rule.delegations().isEmpty()) {
          rule.threshold()
              .ifPresent(count ->
                  reading.error(
                      count.field(),
                      "threshold counts delegations, and the rule names none",
                      "add delegations, or remove threshold"));
        }
      }
      case CosignConfig _ -> {
        atMost(rule, roots.size(), "trust roots");
        required(rule, roots);
      }
      case NotationConfig _ -> noThreshold(rule, asked);
      case StaticConfig _ -> noThreshold(rule, asked);
    }
  }

  private void required(WrittenRule rule, List<String> roots) {
    for (Text name : rule.required()) {
      if (!roots.contains(name.text())) {
        reading.error(
            name.field(),
            "trust root " + Shown.quoted(name.text()) + " is not one of this rule's",
            Nearest.remedy(name.text(), roots));
      }
    }
  }

  private void noThreshold(WrittenRule rule, String asked) {
    rule.threshold()
        .ifPresent(count ->
            reading.error(
                count.field(),
                "threshold is of notaryV1 and cosign, and " + asked,
                "remove threshold"));
  }

  private void atMost(WrittenRule rule, int available, String what) {
    rule.threshold()
        .filter(count -> count.value() > available)
        .ifPresent(count ->
            reading.error(
                count.field(),
                "impossible threshold: " + count.value() + " of " + available + " " + what,
                "use 1 to " + available));
  }
}
