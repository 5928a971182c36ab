package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

/** Short ways to load a text in tests. */
final class Loads {
  static final String KEY = Keys.publicPem(Keys.p256());

  /** The shortest file that loads. */
  static final String MINIMAL =
      """
      apiVersion: assayer.dev/v1
      policy:
        - pattern: "*:*"
          verify: false
      """;

  private Loads() {}

  static LoadResult load(String yaml) {
    return new ConfigLoader().load(yaml, Path.of("/nowhere"), "config.yaml");
  }

  static LoadResult.Loaded loaded(String yaml) {
    LoadResult result = load(yaml);
    assertThat(result).as("%s", result).isInstanceOf(LoadResult.Loaded.class);
    return (LoadResult.Loaded) result;
  }

  static Config config(String yaml) {
    return loaded(yaml).config();
  }

  static List<String> findings(String yaml) {
    return loaded(yaml).findings().stream().map(Finding::text).toList();
  }

  static List<Finding> refusals(String yaml) {
    LoadResult result = load(yaml);
    assertThat(result).as("%s", result).isInstanceOf(LoadResult.Refused.class);
    List<Finding> errors = ((LoadResult.Refused) result).errors();
    assertThat(errors).isNotEmpty().allMatch(error -> error.severity() == Severity.ERROR);
    return errors;
  }

  static List<String> errors(String yaml) {
    return refusals(yaml).stream().map(Finding::text).toList();
  }

  /** A file with these validators, written as list items without indentation, and rules. */
  static String file(String validators, String rules) {
    return "apiVersion: assayer.dev/v1\nvalidators:\n"
        + validators.indent(2)
        + "policy:\n"
        + rules.indent(2);
  }

  /** A Notary validator with these trust roots, all of one key. */
  static String notary(String name, String... roots) {
    StringBuilder yaml =
        new StringBuilder("- name: " + name + "\n  type: notaryV1\n  host: notary.example.com\n");
    return roots.length == 0 ? yaml.toString() : yaml.append(roots(roots)).toString();
  }

  static String cosign(String name, String... roots) {
    return "- name: " + name + "\n  type: cosign\n" + roots(roots);
  }

  private static String roots(String... roots) {
    StringBuilder yaml = new StringBuilder("  trustRoots:\n");
    for (String root : roots) {
      yaml.append("    - name: ").append(root).append("\n      key: ").append(Keys.block(KEY, 8));
    }
    return yaml.toString();
  }
}
