package dev.assayer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.NeedsPromtool;
import dev.assayer.testing.Promtool;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScrapeTest {
  private static final String PROMETHEUS_ACCEPT =
      "application/openmetrics-text;version=1.0.0;q=0.75,application/openmetrics-text;version=0.0.1;"
          + "q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

  private final Metrics metrics = FullSize.metrics();

  @Test
  void theFormatIsTheOneThatTheScraperTakes() {
    Scrape open = metrics.scrape(Optional.of(PROMETHEUS_ACCEPT));
    assertThat(open.contentType()).startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(text(open)).endsWith("# EOF\n").contains(" # {span_id=");
    for (Optional<String> accept :
        List.of(Optional.<String>empty(), Optional.of("*/*"), Optional.of("text/html"))) {
      Scrape plain = metrics.scrape(accept);
      assertThat(plain.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
      assertThat(text(plain)).doesNotContain("# EOF").doesNotContain("trace_id");
    }
  }

  /** A Prometheus before 2.43 refuses the whole scrape for one that stands elsewhere. */
  @Test
  void exemplarsStandOnlyWhereEveryPrometheusTakesThem() {
    assertThat(text(metrics.scrape(Optional.of(PROMETHEUS_ACCEPT))).lines())
        .filteredOn(line -> line.contains(" # {"))
        .isNotEmpty()
        .allMatch(line -> line.split("[{ ]", 2)[0].matches(".*_(bucket|total)"));
  }

  @Test
  void bothFormatsHaveTheSameSeries() {
    Set<String> moving = Set.of("process", "jvm");
    assertThat(own(Scraped.open(metrics), moving)).isEqualTo(own(Scraped.of(metrics), moving));
  }

  private static Set<String> own(Scraped scraped, Set<String> but) {
    return scraped.samples().keySet().stream()
        .filter(series -> but.stream().noneMatch(series::startsWith))
        .collect(Collectors.toSet());
  }

  @Test
  void everySeriesIsInTheCatalogueAndEveryMetricOfTheCatalogueIsFed() {
    Scraped scraped = Scraped.of(metrics);
    new ClosedLabels(scraped).check();
    assertThat(MetricSpec.all().stream().filter(metric -> !isFed(scraped, metric))).isEmpty();
  }

  private static boolean isFed(Scraped scraped, MetricSpec metric) {
    return scraped.samples().keySet().stream()
        .anyMatch(series -> ClosedLabels.metric(Scraped.name(series)).equals(Optional.of(metric)));
  }

  @Test
  void noMetricHasMoreSeriesThanItsBound() {
    Scraped scraped = Scraped.of(metrics);
    for (MetricSpec metric : MetricSpec.all()) {
      long series =
          scraped.samples().keySet().stream()
              .filter(name -> ClosedLabels.metric(Scraped.name(name)).equals(Optional.of(metric)))
              .count();
      assertThat(series).as(metric.metric()).isLessThanOrEqualTo(bound(metric));
    }
    int total = MetricSpec.all().stream().mapToInt(ScrapeTest::bound).sum();
    assertThat(scraped.samples().size()).isLessThanOrEqualTo(total);
    assertThat(total).isLessThan(3_750);
  }

  private static int bound(MetricSpec metric) {
    return metric
        .bound()
        .total(
            FullSize.UPSTREAMS,
            FullSize.VALIDATORS,
            FullSize.KEYS,
            Metrics.DEFAULT_BUDGET,
            FullSize.RECEIVERS);
  }

  @Test
  void namesAreUniqueInBaseUnitsAndSaidInWords() {
    assertThat(MetricSpec.all().stream().map(MetricSpec::metric)).doesNotHaveDuplicates();
    for (MetricSpec metric : MetricSpec.all()) {
      assertThat(metric.metric())
          .matches("[a-z][a-z0-9_]*")
          .doesNotContain("_ms", "_millis", "_minutes", "_kb", "_mb", "_percent");
      assertThat(metric.metric().endsWith("_total"))
          .isEqualTo(metric.type() == Catalogue.Type.COUNTER);
      assertThat(metric.meaning()).endsWith(".").hasSizeGreaterThan(10);
    }
    for (String line : text(metrics.scrape(Optional.empty())).lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        String name = line.split(" ", -1)[2];
        assertThat(text(metrics.scrape(Optional.empty()))).contains("# HELP " + name + ' ');
      }
    }
  }

  @Test
  @NeedsPromtool
  void promtoolFindsNoFault() {
    assertThat(Promtool.check(text(metrics.scrape(Optional.empty())))).isEmpty();
  }

  private static String text(Scrape scrape) {
    return new String(scrape.body(), StandardCharsets.UTF_8);
  }
}
