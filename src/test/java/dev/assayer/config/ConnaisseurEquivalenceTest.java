package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.Change.Kind;
import dev.assayer.config.Connaisseur.Generation;
import dev.assayer.config.ConnaisseurMatching.Image;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.policy.RuleSet;
import dev.assayer.policy.Selection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random Connaisseur policies and images: which rule applies there, and which here. */
class ConnaisseurEquivalenceTest {
  private static final int POLICIES = 100;
  private static final int IMAGES = 60;
  private static final String DIGEST = "sha256:" + "a1".repeat(32);
  private static final List<String> HOSTS =
      List.of("docker.io", "ghcr.io", "evil-docker.io", "reg.example:5000", "localhost");
  private static final List<String> PATHS =
      List.of("library", "acme", "acme2", "app", "app-x", "docker.io", "ab", "b");
  private static final List<String> TAGS = List.of("1", "1.2", "latest", "v1");
  private static final List<String> PIECES =
      List.of("*", "a*", "*b", "ap*", "acme", "library", "app", "app*", "**", "*a*", "ac?e");

  private static final Pattern ABOUT_NAMES =
      Pattern.compile(
          "pattern|asked for by digest|host is compared|Docker Hub|the longer one wins|equally"
              + " specific|is a wildcard|matched no image");

  /** How a rule is written in the test. */
  private record Written(String pattern, String validator) {}

  private record Case(List<Written> rules, RuleSet<RuleConfig> policy, List<Change> changes) {
    /** The rule that applies here, by its place there. */
    OptionalInt here(ImageReference image) {
      Optional<Selection<RuleConfig>> won = policy.select(image, rule -> true);
      return won.isEmpty()
          ? OptionalInt.empty()
          : OptionalInt.of(won.get().rule().line() - FIRST_LINE);
    }
  }

  private static final int FIRST_LINE = 20;

  @ParameterizedTest
  @EnumSource(Generation.class)
  void aRuleThatAsksTheSameAppliesUnlessAChangeNamesIt(Generation generation) {
    Random random = new Random(generation.words().hashCode());
    int same = 0;
    int differ = 0;
    for (int i = 0; i < POLICIES; i++) {
      Case one = random(generation, random);
      List<String> patterns = one.rules().stream().map(Written::pattern).toList();
      for (int j = 0; j < IMAGES; j++) {
        Image image = image(random);
        OptionalInt there = new ConnaisseurMatching(generation).rule(patterns, image);
        OptionalInt here = one.here(reference(image));
        if (there.equals(here) || there(one, there).equals(here(one, here))) {
          same++;
          continue;
        }
        differ++;
        assertThat(named(one, there, here, concerns(image)))
            .as("%s there %s, here %s:%n%s%n%s", image.text(), there, here, patterns, one.changes())
            .isTrue();
      }
    }
    assertThat(same).isGreaterThan(POLICIES * IMAGES / 2);
    assertThat(differ).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Generation.class)
  void nothingThatWasDeniedMayBeAdmittedUnlessAChangeSaysSo(Generation generation) {
    Random random = new Random(100 + generation.words().hashCode());
    int more = 0;
    for (int i = 0; i < POLICIES; i++) {
      Case one = random(generation, random);
      List<String> patterns = one.rules().stream().map(Written::pattern).toList();
      for (int j = 0; j < IMAGES; j++) {
        Image image = image(random);
        OptionalInt there = new ConnaisseurMatching(generation).rule(patterns, image);
        OptionalInt here = one.here(reference(image));
        if (mayAdmitMore(one, there, here)) {
          more++;
          assertThat(named(one, there, here, concerns(image).and(Change::mayAdmitMore)))
              .as(
                  "%s there %s, here %s:%n%s%n%s",
                  image.text(), there, here, one.rules(), one.changes())
              .isTrue();
        }
      }
    }
    assertThat(more).isPositive();
  }

  @Test
  void aPolicyWithoutAnyDifferenceNamesNone() {
    Case one =
        load(
            Generation.SECOND,
            List.of(
                new Written("*:*", "deny"),
                new Written("ghcr.io/*:*", "v1"),
                new Written("ghcr.io/acme/*:*", "allow")));
    assertThat(one.changes()).isEmpty();
  }

  /** Changes about digests excuse nothing else, nor do those about Docker Hub. */
  private static Predicate<Change> concerns(Image image) {
    return change ->
        (image.tag().isEmpty() || !change.meaning().contains("asked for by digest"))
            && (image.host().equals("docker.io") || !change.meaning().contains("Docker Hub"));
  }

  /** Whether the rule here may admit an image that the rule there may deny. */
  private static boolean mayAdmitMore(Case one, OptionalInt there, OptionalInt here) {
    String after = here(one, here);
    String before = there(one, there);
    return !after.equals("deny") && !before.equals("allow") && !after.equals(before);
  }

  private static String there(Case one, OptionalInt rule) {
    return rule.isEmpty() ? "deny" : one.rules().get(rule.getAsInt()).validator();
  }

  /** What was not converted denies. */
  private static String here(Case one, OptionalInt rule) {
    boolean denied =
        rule.isPresent()
            && one.policy().rules().stream()
                .filter(config -> config.line() == rule.getAsInt() + FIRST_LINE)
                .anyMatch(config ->
                    config.validator().filter(ConnaisseurRules.STAND_IN::equals).isPresent());
    return denied ? "deny" : there(one, rule);
  }

  private static boolean named(
      Case one, OptionalInt there, OptionalInt here, Predicate<Change> which) {
    return one.changes().stream()
        .filter(change -> change.kind() == Kind.CHANGED || change.kind() == Kind.NOT_CONVERTED)
        .filter(which)
        .anyMatch(change ->
            (there.isPresent() && change.rules().contains(there.getAsInt()))
                || (here.isPresent() && change.rules().contains(here.getAsInt())));
  }

  private static Case random(Generation generation, Random random) {
    List<Written> rules = new ArrayList<>();
    rules.add(new Written("*:*", validator(generation, random)));
    int count = 2 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      rules.add(new Written(pattern(random), validator(generation, random)));
    }
    return load(generation, rules);
  }

  private static String validator(Generation generation, Random random) {
    List<String> all =
        generation == Generation.FIRST
            ? List.of("allow", "v1", "v2")
            : List.of("allow", "deny", "v1", "v2");
    return all.get(random.nextInt(all.size()));
  }

  private static String pattern(Random random) {
    StringBuilder pattern = new StringBuilder();
    if (random.nextInt(4) > 0) {
      pattern.append(random.nextInt(4) == 0 ? pick(PIECES, random) : pick(HOSTS, random));
      pattern.append('/');
    }
    int components = 1 + random.nextInt(2);
    for (int i = 0; i < components; i++) {
      pattern.append(i == 0 ? "" : "/");
      pattern.append(random.nextBoolean() ? pick(PIECES, random) : pick(PATHS, random));
    }
    return switch (random.nextInt(5)) {
      case 0 -> pattern.toString();
      case 1 -> pattern + ":" + pick(TAGS, random);
      case 2 -> pattern + ":1*";
      default -> pattern + ":*";
    };
  }

  private static Image image(Random random) {
    String host = pick(HOSTS, random);
    StringBuilder path = new StringBuilder(pick(PATHS, random));
    int components = (host.equals("docker.io") ? 1 : 0) + random.nextInt(3);
    for (int i = 0; i < components; i++) {
      path.append('/').append(pick(PATHS, random));
    }
    boolean digest = random.nextInt(5) == 0;
    return new Image(host, path.toString(), digest ? "" : pick(TAGS, random), DIGEST);
  }

  private static String pick(List<String> words, Random random) {
    return words.get(random.nextInt(words.size()));
  }

  private static ImageReference reference(Image image) {
    return ((ReferenceResult.Valid) ImageReference.parse(image.text())).reference();
  }

  /** The rules one a line from {@link #FIRST_LINE}. */
  private static Case load(Generation generation, List<Written> rules) {
    StringBuilder yaml = new StringBuilder();
    String roots = generation == Generation.SECOND ? "trust_roots" : "trustRoots";
    if (generation == Generation.FIRST) {
      yaml.append("notaries:\n");
      for (String name : List.of("v1", "v2")) {
        yaml.append(
            "  - {name: %s, host: n.example, root_keys: [{name: default, key: \"%s\"}]}\n"
                .formatted(name, Loads.KEY.replace("\n", "\\n")));
      }
    } else {
      yaml.append("validators:\n  - {name: allow, type: static, approve: true}\n");
      yaml.append("  - {name: deny, type: static, approve: false}\n");
      for (String name : List.of("v1", "v2")) {
        yaml.append(
            "  - {name: %s, type: cosign, %s: [{name: default, key: \"%s\"}]}\n"
                .formatted(name, roots, Loads.KEY.replace("\n", "\\n")));
      }
    }
    while (yaml.chars().filter(c -> c == '\n').count() < FIRST_LINE - 2) {
      yaml.append('\n');
    }
    yaml.append("policy:\n");
    for (Written rule : rules) {
      String asked =
          generation != Generation.FIRST
              ? "validator: " + rule.validator()
              : rule.validator().equals("allow")
                  ? "verify: false"
                  : "verify: true, notary: " + rule.validator();
      yaml.append("  - {pattern: \"%s\", %s}\n".formatted(rule.pattern(), asked));
    }
    String text = yaml.toString();
    ConversionResult result =
        new ConfigConverter().convert(text.getBytes(StandardCharsets.UTF_8), "values.yaml");
    assertThat(result).as(text).isInstanceOf(ConversionResult.Converted.class);
    List<Change> changes = ((ConversionResult.Converted) result).changes();
    RuleSet<RuleConfig> policy = RuleSet.of(Loads.config(text).policy(), RuleConfig::pattern);
    return new Case(rules, policy, changes.stream().filter(change -> aboutNames(change)).toList());
  }

  /** Leaves out what rules mean once they apply. */
  private static boolean aboutNames(Change change) {
    return ABOUT_NAMES.matcher(change.meaning()).find();
  }
}
