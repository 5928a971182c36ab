package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.page.PageDecisions;
import dev.assayer.testing.Chromium;
import dev.assayer.testing.NeedsChromium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Makes the pictures of the documentation: run it with {@code -Dassayer.docs.write=true}. */
@NeedsChromium
@EnabledIfSystemProperty(named = "assayer.docs.write", matches = "true")
class PagePictures {
  private static final Path IMAGES = Path.of(System.getProperty("assayer.pictures", "docs/images"));

  @Test
  void pictures() throws IOException {
    try (PageRig rig = PageRig.start(PageDecisions.day(Instant.now()));
        Chromium chromium = Chromium.start()) {
      String timeout = "#/decisions?id=" + PageDecisions.id(53);
      String verified = "#/decisions?id=" + PageDecisions.id(50);
      String match = "#/policy?image=registry.example.com%2Fweb%2Fexperiment&namespace=shop";
      take(chromium.looks(1600, 1000, false), rig.url() + timeout, "page-decision-light");
      take(chromium.looks(1600, 1560, true), rig.url() + verified, "page-decision-dark");
      take(chromium.looks(1280, 900, true), rig.url() + "#/decisions", "page-list-dark");
      take(chromium.looks(400, 900, false), rig.url() + "#/decisions", "page-list-400");
      take(chromium.looks(400, 1500, true), rig.url() + timeout, "page-decision-400");
      take(chromium.looks(1280, 800, false), rig.url() + "#/trust", "page-trust");
      take(chromium.looks(1280, 800, true), rig.url() + "#/health", "page-health");
      take(chromium.looks(1280, 900, false), rig.url() + match, "page-policy");
      if (Boolean.getBoolean("assayer.pictures.more")) {
        take(chromium.looks(400, 2600, false), rig.url() + verified, "more-verified-400");
        take(chromium.looks(768, 1400, false), rig.url() + verified, "more-verified-768");
        take(chromium.looks(400, 1500, false), rig.url() + "#/trust", "more-trust-400");
        take(chromium.looks(400, 1500, true), rig.url() + "#/health", "more-health-400");
        take(chromium.looks(400, 1500, false), rig.url() + match, "more-policy-400");
        String disagree = "#/decisions?id=" + PageDecisions.id(51);
        take(chromium.looks(1280, 1500, false), rig.url() + disagree, "more-disagree");
        String several = "#/decisions?id=" + PageDecisions.id(52);
        take(chromium.looks(1600, 1900, true), rig.url() + several, "more-several");
      }
      assertThat(chromium.complaints()).isEmpty();
    }
  }

  private static void take(Chromium chromium, String url, String name) throws IOException {
    chromium.open("about:blank").open(url);
    chromium.until("document.querySelector('#live .badge')");
    chromium.until("!location.hash.includes('id=') || document.querySelector('.answer')");
    chromium.until("!location.hash.includes('image=') || document.querySelector('.why-list')");
    chromium.run("new Promise(done => setTimeout(done, 400))");
    Files.createDirectories(IMAGES);
    Files.write(IMAGES.resolve(name + ".png"), chromium.picture());
  }
}
