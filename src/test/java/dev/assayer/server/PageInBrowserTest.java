package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.json.Json;
import dev.assayer.page.AuditProof;
import dev.assayer.page.PageDecisions;
import dev.assayer.testing.Chromium;
import dev.assayer.testing.NeedsChromium;
import dev.assayer.testing.Relay;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator page in a real browser. */
@NeedsChromium
class PageInBrowserTest {
  private static final String ROWS = "document.querySelectorAll('.list li a').length";
  private static final List<String> HOSTILE =
      List.of(
          "<script>window.hacked=1</script>",
          "\"><img src=x onerror=window.hacked=1>",
          "'><svg/onload=window.hacked=1>",
          "javascript:window.hacked=1",
          "evil\u202egnp.exe\u2066",
          "nul\u0000\u0007\u2028line",
          "</title></textarea></style><script>window.hacked=1</script>",
          "__proto__",
          "x".repeat(10_240));

  private static Optional<Chromium> browser = Optional.empty();
  private final Chromium chromium = browser.orElseThrow().afresh();
  private Optional<PageRig> started = Optional.empty();

  @BeforeAll
  static void startBrowser() {
    browser = Optional.of(Chromium.start());
  }

  @AfterAll
  static void stopBrowser() {
    browser.ifPresent(Chromium::close);
  }

  @AfterEach
  void stop() {
    started.ifPresent(PageRig::close);
  }

  private PageRig page(List<Decision> decisions) {
    PageRig rig = PageRig.start(decisions);
    started = Optional.of(rig);
    return rig;
  }

  /** At an address of the page, once it has answered. */
  private PageRig open(List<Decision> decisions, String hash, int width, boolean dark) {
    PageRig rig = page(decisions);
    chromium.looks(width, 900, dark).open(rig.url() + hash);
    chromium.until("document.querySelector('#live .v-verified')");
    return rig;
  }

  private void nothingWasWrong(PageRig rig) {
    assertThat(chromium.complaints()).as("errors of the console").isEmpty();
    assertThat(chromium.requested())
        .as("requests")
        .hasSizeGreaterThan(5)
        .allMatch(url -> url.startsWith(rig.url()) || url.equals("about:blank"));
  }

  @Test
  @DisplayName("PAG-03: hostile names are shown as they are and run nothing, wherever they stand")
  void hostileNamesAreOnlyText() {
    List<Decision> decisions = new ArrayList<>();
    for (String text : HOSTILE) {
      decisions.add(PageDecisions.hostile(decisions.size() + 1, Instant.now(), text));
    }
    PageRig rig = open(decisions, "", 1280, false);
    chromium.until(ROWS + " === " + HOSTILE.size());
    for (int i = 1; i <= HOSTILE.size(); i++) {
      chromium.run("location.hash = '#/decisions?id=" + PageDecisions.id(i) + "'");
      chromium.until(
          "document.querySelector('.raw')?.textContent.includes('" + PageDecisions.id(i) + "')");
    }
    chromium.run("location.hash = '#/decisions?id=" + PageDecisions.id(1) + "'");
    chromium.until("document.querySelector('.side h2').textContent.includes('<script>')");
    chromium.run(
        "location.hash = '#/policy?image=' + encodeURIComponent(\""
            + "<img src=x onerror=alert(1)>"
            + "\")");
    chromium.until("document.querySelector('[role=status] .v-rejected')");
    chromium.run("location.hash = '#/<script>window.hacked=1</script>?id=\"><img>'");
    chromium.until("document.querySelector('.list')");

    assertThat(chromium.text("window.hacked")).isEqualTo("undefined");
    assertThat(
            chromium.text(
                "document.querySelectorAll('main script, main img, main style,"
                    + " main iframe, main object, main embed, main base').length"))
        .isEqualTo("0");
    assertThat(
            chromium.is(
                "[...document.querySelectorAll('*')].every(each => [...each.attributes]"
                    + ".every(one => !one.name.startsWith('on') && one.name !== 'style'"
                    + " || one.name === 'style' && /^(left|width)/.test(one.value)))"))
        .as("no attribute that runs or styles")
        .isTrue();
    String list = chromium.text("document.querySelector('.list').textContent");
    assertThat(list)
        .contains(
            "<script>window.hacked=1</script>",
            "\"><img src=x onerror=window.hacked=1>",
            "evil\\u{202e}gnp.exe\\u{2066}",
            "nul\\u{0}\\u{7}\\u{2028}line")
        .doesNotContain("\u202e", "\u0000");
    nothingWasWrong(rig);
  }

  /** As {@code kubectl port-forward deploy/assayer :9091} carries it. */
  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1"})
  void aPortForwardMayUseAnotherPortAndBreakOff(String name) {
    PageRig rig = page(PageDecisions.day(Instant.now()));
    try (Relay forward = new Relay(rig.port())) {
      String url = "http://" + name + ":" + forward.port() + "/";
      chromium.looks(1280, 900, false).open(url);
      chromium.until(ROWS + " === 48");
      chromium.run("location.hash = '#/decisions?id=" + PageDecisions.id(53) + "'");
      chromium.until("document.querySelector('.raw')");
      assertThat(chromium.complaints()).isEmpty();
      assertThat(chromium.requested())
          .hasSizeGreaterThan(5)
          .allMatch(asked -> asked.startsWith(url) || asked.equals("about:blank"));
      forward.cut();
      chromium.until("document.body.textContent.includes('is the port-forward running?')");
      forward.to(rig.port());
      chromium.until("!document.body.textContent.includes('is the port-forward running?')");
    }
    assertThat(rig.results).doesNotContain("other_host", "other_site");
  }

  @Test
  void everythingCanBeDoneByKeys() {
    PageRig rig = open(PageDecisions.day(Instant.now()), "", 1280, false);
    chromium.until(ROWS + " === 48");
    chromium.press("j");
    assertThat(chromium.is("document.activeElement.matches('.list li:first-child a')")).isTrue();
    chromium.press("j", "ArrowDown", "k");
    assertThat(chromium.is("document.activeElement.matches('.list li:nth-child(2) a')")).isTrue();
    assertThat(chromium.text("getComputedStyle(document.activeElement).outlineStyle"))
        .as("the focus can be seen")
        .isEqualTo("solid");
    chromium.press("Enter");
    chromium.until("document.querySelector('.answer')?.textContent.includes('DENIED')");
    chromium.press("Escape");
    chromium.until("!location.hash.includes('id=')");
    assertThat(chromium.is("document.activeElement.matches('.list li:nth-child(2) a')"))
        .as("the focus is where it was")
        .isTrue();
    chromium.press("/", "p", "r", "o", "x", "y");
    chromium.until(ROWS + " === 1");
    assertThat(chromium.text("location.hash")).isEqualTo("#/decisions?image=proxy");
    chromium.press("Escape", "4");
    chromium.until("document.title.startsWith('Policy')");
    chromium.press("/", "n", "g", "i", "n", "x", "Enter");
    chromium.until("document.querySelector('.why-list')");
    assertThat(chromium.text("document.querySelector('tr.wins').textContent")).contains("*:*");
    chromium.press("Escape", "?");
    chromium.until("document.querySelector('dialog[open]')");
    chromium.press("Escape");
    chromium.until("!document.querySelector('dialog')");
    nothingWasWrong(rig);
  }

  @Test
  void filtersAreInTheAddressAndTellWhatTheyLeaveOut() {
    PageRig rig =
        open(
            PageDecisions.day(Instant.now()),
            "#/decisions?verdict=rejected,timeout&ns=shop",
            1280,
            false);
    chromium.until(ROWS + " > 0 && " + ROWS + " < 6");
    assertThat(
            chromium.is(
                "[...document.querySelectorAll('.list li')].every(each =>"
                    + " /rejected|timeout/.test(each.textContent) && /shop\\//.test(each.textContent))"))
        .isTrue();
    assertThat(chromium.text("document.querySelector('.count').textContent"))
        .contains("of the last 48 decisions");
    rig.accept(PageDecisions.timeout(63, Instant.now()));
    chromium.until("document.querySelector('.list').textContent.includes('upstream_timeout')");
    chromium.until("document.querySelector('#announce').textContent.includes('1 new decision')");
    nothingWasWrong(rig);
  }

  @Test
  void aDenialNamesReasonRemedyAndTheCulpritOfItsTime() {
    PageRig rig =
        open(
            PageDecisions.day(Instant.now()), "#/decisions?id=" + PageDecisions.id(53), 1600, true);
    chromium.until("document.querySelector('.waterfall')");
    String side = chromium.text("document.querySelector('.side').innerText");
    assertThat(side)
        .contains(
            "DENIED",
            "upstream_timeout",
            "Remedy",
            "docs/reasons.md#upstream_timeout",
            "notary.example.com 8886 ms",
            "had not answered",
            "not ended",
            "registry.example.com/shop/checkout:2.14.1",
            PageDecisions.id(53),
            "There is no audit log");
    assertThat(chromium.is("document.querySelector('.bar.endless')")).isTrue();
    chromium.run("location.hash = '#/decisions?id=" + PageDecisions.id(50) + "'");
    chromium.until("document.querySelector('svg.chain')");
    assertThat(chromium.text("document.querySelector('svg.chain').textContent"))
        .contains(
            "Pinned: acme-2024",
            "root v3",
            "targets v96",
            "targets/releases v56",
            "timestamp v4182",
            "snapshot v118",
            "signed this digest");
    chromium.run("location.hash = '#/decisions?id=" + PageDecisions.id(51) + "'");
    chromium.until("document.querySelector('svg.chain .unproven')");
    assertThat(chromium.text("document.querySelector('svg.chain').textContent"))
        .contains("not proven: delegations_disagree")
        .doesNotContain("signed this digest");
    nothingWasWrong(rig);
  }

  @Test
  @DisplayName("PAG-06: a proof that does not hold is told, whatever the server says of it")
  void theProofIsComputedInTheBrowser() {
    Instant now = Instant.now();
    List<Decision> decisions = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      decisions.add(PageDecisions.verified(i, now, PageDecisions.APP));
    }
    PageRig rig = page(decisions);
    String entry = entry(1);
    byte[] leaf = PageChecks.sha256(new byte[] {0}, entry.getBytes(StandardCharsets.UTF_8));
    byte[] beside = PageChecks.sha256(new byte[] {0}, "other".getBytes(StandardCharsets.UTF_8));
    String root = PageChecks.hex(PageChecks.sha256(new byte[] {1}, beside, leaf));
    AuditProof good = proof(entry, leaf, beside, root);
    rig.proofs.put(PageDecisions.id(1), good);
    rig.proofs.put(PageDecisions.id(2), good);
    rig.proofs.put(PageDecisions.id(3), proof(entry(3), leaf, beside, root));
    byte[] third = PageChecks.sha256(new byte[] {0}, entry(4).getBytes(StandardCharsets.UTF_8));
    rig.proofs.put(PageDecisions.id(4), proof(entry(4), third, beside, root));
    chromium.looks(1280, 900, false);
    List<String> said =
        List.of("proven", "that of another decision", "does not hash", "not lead to the root");
    for (int i = 1; i <= 4; i++) {
      chromium.open("about:blank").open(rig.url() + "#/decisions?id=" + PageDecisions.id(i));
      chromium.until("document.querySelector('.raw')");
      String side = chromium.text("document.querySelector('.side').innerText");
      assertThat(side).as("record " + i).contains(said.get(i - 1));
      assertThat(side.contains("not proven")).as("record " + i).isEqualTo(i != 1);
    }
    nothingWasWrong(rig);
  }

  private static String entry(int number) {
    return "{\"record_id\":\"%s\",\"outcome\":\"allowed\",\"verdict\":\"verified\",\"reason\":\"%s\"}"
        .formatted(PageDecisions.id(number), "signature_valid");
  }

  private static AuditProof proof(String entry, byte[] leaf, byte[] beside, String root) {
    return new AuditProof.Inclusion(
        Optional.of(entry),
        1,
        PageChecks.hex(leaf),
        List.of(PageChecks.hex(beside)),
        2,
        root,
        "assayer/test");
  }

  @ParameterizedTest
  @CsvSource({"400,false", "400,true", "768,false", "1280,true", "1600,false", "1600,true"})
  void itFitsEveryWidthInBothColours(int width, boolean dark) {
    List<Decision> decisions = PageDecisions.day(Instant.now());
    decisions.add(PageDecisions.hostile(90, Instant.now(), "w".repeat(10_240)));
    PageRig rig = open(decisions, "", width, dark);
    for (String hash :
        List.of(
            "#/decisions",
            "#/decisions?id=" + PageDecisions.id(53),
            "#/decisions?id=" + PageDecisions.id(52),
            "#/decisions?id=" + PageDecisions.id(90),
            "#/trust",
            "#/health",
            "#/policy?image=nginx")) {
      chromium.run("location.hash = '" + hash + "'");
      chromium.until("!location.hash.includes('id=') || document.querySelector('.raw')");
      chromium.run("new Promise(done => setTimeout(done, 150))");
      assertThat(chromium.text("document.documentElement.scrollWidth"))
          .as(hash + " has to be scrolled sideways")
          .isEqualTo(String.valueOf(width));
      assertThat(chromium.text(PageChecks.LOW_CONTRAST)).as(hash + " too low a contrast").isEmpty();
      assertThat(chromium.text(PageChecks.WITHOUT_NAME)).as(hash + " without a name").isEmpty();
      assertThat(chromium.text(PageChecks.TOO_SMALL)).as(hash + " hard to hit").isEmpty();
    }
    assertThat(chromium.text("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo(dark ? "rgb(14, 20, 26)" : "rgb(238, 241, 244)");
    nothingWasWrong(rig);
  }

  @ParameterizedTest
  @CsvSource({"400,true", "1280,false"})
  void axeHasNoComplaint(int width, boolean dark) throws IOException {
    open(PageDecisions.day(Instant.now()), "", width, dark);
    List<String> found = new ArrayList<>();
    try (InputStream script = PageInBrowserTest.class.getResourceAsStream("/axe.min.js")) {
      chromium.run(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
    for (String hash :
        List.of(
            "#/decisions",
            "#/decisions?id=" + PageDecisions.id(50),
            "#/trust",
            "#/health",
            "#/policy?image=nginx")) {
      chromium.run("location.hash = '" + hash + "'");
      chromium.until("!location.hash.includes('id=') || document.querySelector('.raw')");
      chromium.run("new Promise(done => setTimeout(done, 150))");
      Json complaints =
          chromium.run(
              "axe.run().then(found => found.violations.map(one => one.id + ' '"
                  + " + one.nodes.map(node => node.target).join(' ')).join('; '))");
      found.add(hash + " " + complaints.asString().orElse("no answer"));
    }
    assertThat(found).allMatch(each -> each.endsWith(" "));
  }

  @Test
  @DisplayName("PAG-04: with a full ring that a flood renews the page still answers keys at once")
  void itStaysResponsiveInAFlood() {
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      decisions.add(PageDecisions.verified(i, Instant.now(), PageDecisions.APP));
    }
    PageRig rig = open(decisions, "", 1280, false);
    chromium.until(ROWS + " === 500");
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 400; i++) {
        rig.accept(PageDecisions.timeout(1000 + i, Instant.now()));
      }
      chromium.press("j");
      assertThat(chromium.is("document.activeElement.closest('.list li')")).isTrue();
    }
    chromium.until("document.querySelectorAll('.list .v-timeout').length === 500");
    Json longest =
        chromium.run(
            "(async () => { let most = 0; let last = performance.now();"
                + " for (let i = 0; i < 60; i++) {"
                + " await new Promise(done => setTimeout(done, 50));"
                + " most = Math.max(most, performance.now() - last - 50);"
                + " last = performance.now(); } return Math.ceil(most); })()");
    assertThat(longest.asLong().orElseThrow()).as("ms without an answer").isLessThan(1_500);
    assertThat(chromium.text("document.querySelectorAll('*').length").length())
        .as("digits of the number of nodes")
        .isLessThanOrEqualTo(5);
    nothingWasWrong(rig);
  }

  @Test
  void aServerThatIsGoneIsSaidAndAnotherRunBeginsAnew() {
    PageRig rig = open(PageDecisions.day(Instant.now()), "", 1280, false);
    chromium.until(ROWS + " === 48");
    rig.close();
    chromium.until("document.querySelector('.banner')?.textContent.includes('old')");
    assertThat(chromium.text(ROWS)).as("what was known stays").isEqualTo("48");
  }
}
