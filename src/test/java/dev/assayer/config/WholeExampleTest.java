package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeExampleTest {
  @TempDir Path directory;

  private Config load() throws IOException {
    Path file = Example.write(directory);
    LoadResult result = new ConfigLoader().load(file);
    assertThat(result).as("%s", result).isInstanceOf(LoadResult.Loaded.class);
    return ((LoadResult.Loaded) result).config();
  }

  @Test
  void theExampleOfTheDesignLoads() throws IOException {
    Config config = load();
    assertThat(config.validators())
        .extracting(ValidatorConfig::name)
        .containsExactly("default", "ci", "gh", "partner", "sample-notary", "allow");
    assertThat(config.policy())
        .extracting(RuleConfig::resolution)
        .containsExactly(
            single("default", "default"),
            new Resolution.Exempt(),
            single("sample-notary", "sample-key"),
            new Resolution.Resolved(
                Resolution.Combination.ALL_OF,
                List.of(resolved("default", "default"), resolved("ci", "default"))));
    assertThat(config.policy().get(2).delegations()).containsExactly("lou", "max");
  }

  @Test
  void itDiffersFromTheDefaultsOnlyWhereItSaysSo() throws IOException {
    Config example = load();
    Config defaults = Loads.config(Loads.MINIMAL);
    assertThat(example.cluster()).isEqualTo("staging-eu");
    assertThat(example.admin()).isEqualTo(defaults.admin());
    assertThat(example.page()).isEqualTo(defaults.page());
    assertThat(example.audit().retention()).isEqualTo(defaults.audit().retention());
    assertThat(example.audit().required()).isEqualTo(defaults.audit().required());
    assertThat(example.audit().fsync()).isEqualTo(defaults.audit().fsync());
    assertThat(example.state()).isEqualTo(defaults.state());
    assertThat(example.freshness()).isEqualTo(defaults.freshness());
    assertThat(example.readiness()).isEqualTo(defaults.readiness());
    assertThat(example.grace()).isEqualTo(defaults.grace());
    assertThat(example.mutation()).isEqualTo(defaults.mutation());
    assertThat(example.revoked()).isEqualTo(defaults.revoked());
    assertThat(example.liveness()).isEqualTo(defaults.liveness());
    assertThat(example.namespaces()).isEqualTo(defaults.namespaces());
    assertThat(example.unknownKinds()).isEqualTo(defaults.unknownKinds());
    assertThat(example.webhook().maxConcurrent()).isEqualTo(defaults.webhook().maxConcurrent());
    assertThat(example.webhook().maxInFlightBytes())
        .isEqualTo(defaults.webhook().maxInFlightBytes());
  }

  private static Resolution single(String validator, String root) {
    return new Resolution.Resolved(
        Resolution.Combination.SINGLE, List.of(resolved(validator, root)));
  }

  private static Resolution.ResolvedValidator resolved(String validator, String root) {
    return new Resolution.ResolvedValidator(validator, List.of(root));
  }
}
