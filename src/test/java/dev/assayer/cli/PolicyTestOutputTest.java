package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Hostile names in every field of every form of output, and the shape of the JUnit report. */
class PolicyTestOutputTest {
  @TempDir private Path folder;

  @BeforeEach
  void write() {
    TestFiles.write(folder, "assayer.yaml", TestFiles.STATIC);
  }

  static List<String> hostile() {
    return List.of(
        "two\nlines",
        "\r\nok   forged",
        "\u001b[2J\u001b]0;title\u0007",
        "]]>",
        "<!-- ]]> --><failure/>",
        "\"'&amp;&lt;<>",
        "\u202egnp.exe",
        "\u0000nul",
        "\ufffe\uffff",
        "\u2028line\u2029",
        "{{ jinja }} ${x} %s \\u{41}",
        "\ud83d\ude00",
        "x".repeat(100_000));
  }

  private static String quoted(String text) {
    return JsonText.compact(Json.of(text));
  }

  private String suite(String hostile) {
    String name = quoted(hostile);
    return TestFiles.write(
        folder,
        "tests.yaml",
        "apiVersion: assayer.dev/v1\nkind: PolicyTest\nconfig: assayer.yaml\ncases:\n"
            + "  - name: "
            + name
            + "\n    image: "
            + name
            + "\n    expect: {outcome: allowed, rule: "
            + name
            + "}\n  - {name: fine, image: nginx, expect: {outcome: allowed}}\n");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void noNameWritesOnTheScreen(String hostile) {
    Cli.Ran ran = new Cli().run("policy", "test", suite(hostile));
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out().codePoints().filter(c -> c != '\n'))
        .noneMatch(c ->
            Character.getType(c) == Character.CONTROL
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.LINE_SEPARATOR
                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
    assertThat(ran.lines()).filteredOn(line -> line.startsWith("  FAIL ")).hasSize(1);
    assertThat(ran.lines()).filteredOn(line -> line.startsWith("  ok ")).hasSize(1);
    assertThat(ran.out().length()).isLessThan(5_000);
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void programsGetEveryNameToTheLetter(String hostile) {
    Cli.Ran ran = new Cli().run("policy", "test", suite(hostile), "-o", "json");
    assertThat(ran.out()).hasLineCount(1).doesNotContain("\u202e");
    JsonObject result =
        Cli.object(ran.out())
            .get("results")
            .flatMap(Json::asArray)
            .map(JsonArray::values)
            .orElseThrow()
            .getFirst()
            .asObject()
            .orElseThrow();
    assertThat(Cli.text(result, "name")).isEqualTo(hostile);
    assertThat(Cli.text(result, "image")).isEqualTo(hostile);
    assertThat(Cli.text(result.get("expected").flatMap(Json::asObject).orElseThrow(), "rule"))
        .isEqualTo(hostile);
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void theJunitReportKeepsItsShape(String hostile) throws Exception {
    Path report = folder.resolve("report.xml");
    Cli.Ran ran = new Cli().run("policy", "test", suite(hostile), "--junit", report.toString());
    assertThat(ran.err()).isEmpty();
    Element root = valid(Files.readAllBytes(report));
    assertThat(root.getElementsByTagName("testcase").getLength()).isEqualTo(2);
    assertThat(root.getElementsByTagName("failure").getLength()).isEqualTo(1);
    Element test = (Element) root.getElementsByTagName("testcase").item(0);
    assertThat(test.getAttribute("name")).isEqualTo(Screen.line(hostile));
    Element failure = (Element) test.getElementsByTagName("failure").item(0);
    assertThat(failure.getAttribute("message"))
        .startsWith("rule: expected ")
        .endsWith(", found nothing; outcome: expected allowed, found denied");
    assertThat(failure.getTextContent()).contains("No rule is looked up");
  }

  @Test
  void eachFileIsASuiteWithItsCounts() throws Exception {
    String one = suite("]]>");
    String two =
        TestFiles.write(
            folder,
            "two & \"three\".yaml",
            Files.readString(Path.of(one)).replace("outcome: allowed", "outcome: denied"));
    Path report = folder.resolve("report.xml");
    Cli.Ran ran = new Cli().run("policy", "test", one, two, "--junit=" + report);
    assertThat(ran.code()).isEqualTo(1);
    NodeList suites = valid(Files.readAllBytes(report)).getElementsByTagName("testsuite");
    assertThat(suites.getLength()).isEqualTo(2);
    Element second = (Element) suites.item(1);
    assertThat(second.getAttribute("name")).isEqualTo(two);
    assertThat(second.getAttribute("id")).isEqualTo("1");
    assertThat(second.getAttribute("tests")).isEqualTo("2");
    assertThat(second.getAttribute("failures")).isEqualTo("2");
  }

  @Test
  void aReportThatCannotBeWrittenIsTold() {
    Cli.Ran ran =
        new Cli()
            .run("policy", "test", suite("a"), "--junit", folder.resolve("none/r.xml").toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--junit: cannot write", "a folder that exists");
  }

  /** Parses without any outside entity and against the schema. */
  private static Element valid(byte[] xml)
      throws SAXException, IOException, ParserConfigurationException {
    SchemaFactory schemas = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
    schemas
        .newSchema(PolicyTestOutputTest.class.getResource("junit-report.xsd"))
        .newValidator()
        .validate(new StreamSource(new ByteArrayInputStream(xml)));
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml)).getDocumentElement();
  }

  @Test
  void theSchemaItselfRefusesWhatReadersRefuse() {
    Stream.of("<testsuites><testsuite/></testsuites>", "<testsuites name='a'/>", "<x/>")
        .forEach(xml ->
            assertThat(
                    org.assertj.core.api.Assertions.catchThrowable(
                        () -> valid(xml.getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .as(xml)
                .isInstanceOf(SAXException.class));
  }
}
