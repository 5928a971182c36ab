package dev.assayer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference page is the catalogue. */
class MetricsPageTest {
  private static final Path PAGE = Path.of("docs/metrics.md");
  private static final String WRITE = "assayer.docs.write";

  @Test
  void thePageIsTheCatalogue() throws IOException {
    String page = page();
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE)
        .as("write it anew: mvn -Dtest=MetricsPageTest -D%s=true test", WRITE)
        .hasContent(page);
  }

  private static String page() {
    int total =
        MetricSpec.all().stream()
            .mapToInt(metric -> metric.bound().total(3, 3, 6, Metrics.DEFAULT_BUDGET, 2))
            .sum();
    StringBuilder page = new StringBuilder(introduction(total));
    page.append("\n| Metric | Type | Labels | Meaning | At most |\n|---|---|---|---|---|\n");
    for (MetricSpec metric : MetricSpec.all()) {
      page.append("| `")
          .append(metric.metric())
          .append("` | ")
          .append(metric.type().name().toLowerCase(Locale.ROOT))
          .append(" | ")
          .append(
              metric.labels().stream()
                  .map(MetricsPageTest::label)
                  .collect(Collectors.joining("; ")))
          .append(" | ")
          .append(metric.meaning())
          .append(" | ")
          .append(metric.bound().text())
          .append(" |\n");
    }
    return page.toString();
  }

  private static String label(MetricLabel label) {
    String values =
        label.values().stream().map(value -> '`' + value + '`').collect(Collectors.joining(", "));
    if (label.equals(MetricLabels.REASON)) {
      values = "[reasons](reasons.md)";
    }
    return "`" + label.name() + "`: " + (label.isClosed() ? values : label.source());
  }

  private static String introduction(int total) {
    return """
    # Metrics

    What `/metrics` on the admin listener gives, as Prometheus text or, where the scraper accepts it,
    OpenMetrics with exemplars. Made from the code and held to it by a test.

    - **Counting.** `received = reviews + refused + in flight`, summed over labels, whenever nothing
      moves. Connections closed before a request reached the handler are counted apart. The outcome
      is what the API server was told; the verdict is what verification found. In the modes `warn`,
      `audit` and `detection` they differ.
    - **Zeros.** Every closed set of label values is there from the start at zero, and that of a
      validator or upstream from the moment it is configured, so that `increase()` sees a first
      event. A gauge about something that was not looked at yet is absent.
    - **Repositories.** `image_repo` is the normalised repository without tag or digest. A repository
      earns series by being named in the policy without a wildcard (but in the tag), or by a valid
      signature; nobody without a signing key can take a place. There are 200 places; named
      repositories go first. What verified but found no place counts under `_other`, all else under
      `_unverified`; totals stay exact. Expiry of trust data is kept for repositories with a place.
    - **Upstreams** are hosts (`host`, or `host:port` unless it is 443). `auth` counts 401 and 403,
      the first challenge of a token login included; `breaker_open` and `overload` count calls that
      were not made.
    - **Attacks.** A verification that ends with one of these reasons counts as:
      `rollback`: rollback; `equivocation`: equivocation; `metadata_expired`: freeze; `mix_and_match`,
      `hash_mismatch`, `length_mismatch`: mix_and_match; `too_large`: endless_data;
      `threshold_not_met`, `signature_invalid`: threshold; `key_not_trusted`: key_mismatch;
      `root_chain`: root_chain; `delegation_not_authorised`: delegation_escape; `gun_mismatch`:
      wrong_repository. Where the chain itself held and only the policy wants more signers, nothing is
      counted.
    - **Exemplars** are on `reviews`, `reasons` and the buckets of the review duration, and only of
      traces that are kept.
    - **Histograms** come with a gauge `…_max`: the longest of the last minutes.
    - **Alerts.** Each alert ends as `delivered`, `dead_letter` or `dropped`; `held_back` counts the
      decisions that are told with a later alert. `unreadable` is an attempt for which a file with
      the address, a header or a field could not be read.
    - **Series.** With 3 upstreams, 3 validators with 6 trust roots, 2 receivers of alerts, and all
      200 places taken: at most %,d.
    """
        .formatted(total);
  }
}
