package dev.assayer.config;

import dev.assayer.config.MappingReader.Text;
import dev.assayer.config.Resolution.Combination;
import dev.assayer.config.Resolution.ResolvedValidator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Selects validator and trust roots of a rule (design section 4): what is named; else the only one
 * configured; else the one named {@code default}; else none, which denies {@code config_error}.
 */
final class RuleResolver {
  static final String DEFAULT = "default";

  private final List<ValidatorConfig> validators;
  private final Map<String, ValidatorConfig> byName = new LinkedHashMap<>();
  private final Set<String> broken;
  private final Reading reading;
  private final RuleChecks checks;

  RuleResolver(ValidatorReader.Validators validators, Reading reading) {
    this.validators = validators.validators();
    this.validators.forEach(validator -> byName.putIfAbsent(validator.name(), validator));
    this.broken = validators.broken();
    this.reading = reading;
    this.checks = new RuleChecks(reading);
  }

  Resolution resolve(WrittenRule rule) {
    checks.combinations(rule);
    List<Text> named = new ArrayList<>();
    rule.validator().ifPresent(named::add);
    named.addAll(rule.allOf());
    named.addAll(rule.anyOf());
    if (!named.stream().allMatch(this::exists)) {
      return new Resolution.Unresolvable("names a validator that is not configured");
    }
    if (!rule.verify()) {
      checks.unused(rule);
      references(rule);
      return new Resolution.Exempt();
    }
    if (named.isEmpty()) {
      Optional<ValidatorConfig> selected = only(validators, ValidatorConfig::name);
      return selected.isPresent()
          ? single(rule, selected.get())
          : deferred(rule, "validator", noValidator());
    }
    if (named.size() == 1) {
      return find(named.getFirst().text()).map(v -> single(rule, v)).orElseGet(RuleResolver::none);
    }
    return combined(rule, named, rule.allOf().isEmpty() ? Combination.ANY_OF : Combination.ALL_OF);
  }

  /** An exempt rule resolves to nothing, but names that do not exist are errors in it as well. */
  private void references(WrittenRule rule) {
    rule.validator().flatMap(name -> find(name.text())).ifPresent(v -> namedRoots(rule, v));
  }

  private Resolution single(WrittenRule rule, ValidatorConfig validator) {
    Optional<List<String>> roots = roots(rule, validator);
    if (roots.isEmpty()) {
      return deferred(rule, "trustRoot", noRoot(validator));
    }
    checks.against(rule, validator, roots.get());
    return new Resolution.Resolved(
        Combination.SINGLE, List.of(new ResolvedValidator(validator.name(), roots.get())));
  }

  private Resolution combined(WrittenRule rule, List<Text> named, Combination combination) {
    List<ResolvedValidator> resolved = new ArrayList<>();
    for (Text name : named) {
      Optional<ValidatorConfig> validator = find(name.text());
      if (validator.isEmpty()) {
        return none();
      }
      Optional<List<String>> roots = roots(rule, validator.get());
      if (roots.isEmpty()) {
        return deferred(rule, "trustRoot", noRoot(validator.get()));
      }
      resolved.add(new ResolvedValidator(name.text(), roots.get()));
    }
    return resolved.size() > 1 ? new Resolution.Resolved(combination, resolved) : none();
  }

  /** The trust roots that count; empty where none can be selected. */
  private Optional<List<String>> roots(WrittenRule rule, ValidatorConfig validator) {
    if (rule.namesRoots()) {
      return namedRoots(rule, validator);
    }
    if (validator instanceof StaticConfig) {
      return Optional.of(List.of());
    }
    return only(validator.trustRoots(), TrustRoot::name).map(root -> List.of(root.name()));
  }

  private Optional<List<String>> namedRoots(WrittenRule rule, ValidatorConfig validator) {
    List<String> all = validator.trustRoots().stream().map(TrustRoot::name).toList();
    for (Text name : rule.trustRoots()) {
      if (!all.contains(name.text())) {
        reading.error(
            name.field(),
            "validator "
                + Shown.quoted(validator.name())
                + (validator instanceof StaticConfig
                    ? " is static and has no trust roots"
                    : " has no trust root " + Shown.quoted(name.text())),
            validator instanceof StaticConfig
                ? "remove trustRoot"
                : Nearest.remedy(name.text(), all));
      }
    }
    List<String> roots = rule.allRoots() ? all : Text.all(rule.trustRoots());
    return roots.isEmpty() && !(validator instanceof StaticConfig)
        ? Optional.empty()
        : Optional.of(roots);
  }

  private boolean exists(Text name) {
    if (byName.containsKey(name.text()) || broken.contains(name.text())) {
      return true;
    }
    reading.error(
        name.field(),
        "validator " + Shown.quoted(name.text()) + " is not configured",
        Nearest.remedy(name.text(), byName.keySet()));
    return false;
  }

  private Optional<ValidatorConfig> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  private static <T> Optional<T> only(List<T> all, Function<T, String> name) {
    return all.size() == 1
        ? Optional.of(all.getFirst())
        : all.stream().filter(one -> name.apply(one).equals(DEFAULT)).findFirst();
  }

  private String noValidator() {
    return validators.isEmpty()
        ? "no validator is configured"
        : "no validator is named, and of the "
            + validators.size()
            + " configured none is called \"default\"";
  }

  private static String noRoot(ValidatorConfig validator) {
    int count = validator.trustRoots().size();
    String owner = "validator " + Shown.quoted(validator.name());
    return count == 0
        ? owner + " has no trust root"
        : "no trust root is named, and of the "
            + count
            + " of "
            + owner
            + " none is called \"default\"";
  }

  private Resolution deferred(WrittenRule rule, String name, String why) {
    if (!broken.isEmpty()) {
      return none(); // another error already says what is missing
    }
    String remedy =
        name.equals("validator")
            ? validators.isEmpty()
                ? "add one under validators, or write verify: false"
                : "add validator: NAME to the rule"
            : "add trustRoot: NAME to the rule, or a trust root to the validator";
    reading.deferred(
        new Field(rule.field().child(name), rule.field().node()),
        why + ", so images under this rule are denied config_error",
        remedy);
    return new Resolution.Unresolvable(why + "; " + remedy);
  }

  /** Stands in where an error was reported already. */
  private static Resolution none() {
    return new Resolution.Unresolvable("the configuration holds errors");
  }
}
