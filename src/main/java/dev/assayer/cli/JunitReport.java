package dev.assayer.cli;

import dev.assayer.admission.Policy;
import dev.assayer.trial.CaseResult;
import dev.assayer.trial.SuiteResult;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * The results as JUnit XML: the elements, attributes and their order that Ant's report has, which
 * every consumer reads. A file is a suite, a case a test case. Text is made harmless as for a
 * screen, since XML has no way to write most control characters.
 */
final class JunitReport {
  private final XMLStreamWriter xml;

  private JunitReport(XMLStreamWriter xml) {
    this.xml = xml;
  }

  /**
   * A suite.
   *
   * @param group what it is a part of, such as {@code policy}
   */
  record Suite(String name, String group, List<Case> cases) {}

  /** A test case; it passed if it has no failure. */
  record Case(String name, Duration took, Optional<Failed> failure) {}

  /**
   * Why a case failed.
   *
   * @param message one line
   * @param lines what there is to say
   */
  record Failed(String message, List<String> lines) {}

  /** The report of policy tests, UTF-8. */
  static byte[] of(List<SuiteResult> results, Instant started) {
    return report(results.stream().map(JunitReport::suite).toList(), started);
  }

  /** The report, UTF-8. */
  static byte[] report(List<Suite> suites, Instant started) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      XMLStreamWriter xml =
          XMLOutputFactory.newDefaultFactory()
              .createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
      new JunitReport(xml).write(suites, started);
      xml.close();
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException(impossible);
    }
    return out.toByteArray();
  }

  private static Suite suite(SuiteResult result) {
    Policy policy = Policy.of(result.suite().config());
    return new Suite(
        result.suite().source(),
        "policy",
        result.cases().stream().map(tested -> testCase(result, tested, policy)).toList());
  }

  private static Case testCase(SuiteResult result, CaseResult tested, Policy policy) {
    Optional<Failed> failure =
        tested.passed()
            ? Optional.empty()
            : Optional.of(
                new Failed(
                    PolicyTestReport.summary(tested),
                    PolicyTestReport.failure(result.suite(), tested, policy).stream()
                        .map(String::strip)
                        .toList()));
    return new Case(tested.tested().name(), tested.took(), failure);
  }

  private void write(List<Suite> suites, Instant started) throws XMLStreamException {
    xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
    xml.writeCharacters("\n");
    xml.writeStartElement("testsuites");
    int id = 0;
    for (Suite suite : suites) {
      write(suite, id++, started);
    }
    xml.writeCharacters("\n");
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private void write(Suite suite, int id, Instant started) throws XMLStreamException {
    Duration took = suite.cases().stream().map(Case::took).reduce(Duration.ZERO, Duration::plus);
    long failures = suite.cases().stream().filter(one -> one.failure().isPresent()).count();
    xml.writeCharacters("\n  ");
    xml.writeStartElement("testsuite");
    attribute("name", suite.name());
    attribute("package", suite.group());
    attribute("id", String.valueOf(id));
    attribute("tests", String.valueOf(suite.cases().size()));
    attribute("failures", String.valueOf(failures));
    attribute("errors", "0");
    attribute("time", seconds(took));
    // The shape has no zone: UTC.
    attribute("timestamp", started.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ""));
    attribute("hostname", "localhost");
    xml.writeEmptyElement("properties");
    for (Case one : suite.cases()) {
      write(suite, one);
    }
    xml.writeEmptyElement("system-out");
    xml.writeEmptyElement("system-err");
    xml.writeEndElement();
  }

  private void write(Suite suite, Case one) throws XMLStreamException {
    xml.writeCharacters("\n    ");
    xml.writeStartElement("testcase");
    attribute("name", one.name());
    attribute("classname", suite.name());
    attribute("time", seconds(one.took()));
    if (one.failure().isPresent()) {
      xml.writeStartElement("failure");
      attribute("message", one.failure().get().message());
      attribute("type", "mismatch");
      xml.writeCharacters(String.join("\n", one.failure().get().lines()));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, Screen.line(value));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.3f", time.toNanos() / 1e9);
  }
}
