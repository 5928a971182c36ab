package dev.assayer.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  private static final JsonLimits METADATA = JsonLimits.metadata(64 << 20);

  private static Json parse(String text) throws JsonException {
    return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), JsonLimits.REVIEW);
  }

  private static AbstractThrowableAssert<?, ?> refused(byte[] bytes, JsonLimits limits) {
    return assertThatThrownBy(() -> StrictJson.parse(bytes, limits))
        .isExactlyInstanceOf(JsonException.class);
  }

  private static AbstractThrowableAssert<?, ?> refused(String text) {
    return refused(text.getBytes(StandardCharsets.UTF_8), JsonLimits.REVIEW);
  }

  private static AbstractThrowableAssert<?, ?> refusedAsMetadata(String text) {
    return refused(text.getBytes(StandardCharsets.UTF_8), METADATA);
  }

  @Test
  void everyKindOfValueIsRead() throws JsonException {
    Json value = parse("{\"a\":[1,-2.5e3,true,false,null],\"b\":\"x\\n\\u00e9\\ud83d\\ude00é\"}");

    assertThat(value)
        .isEqualTo(
            JsonObject.builder()
                .put(
                    "a",
                    JsonArray.of(
                        Json.of(1),
                        new JsonNumber("-2.5e3"),
                        JsonBoolean.TRUE,
                        JsonBoolean.FALSE,
                        JsonNull.NULL))
                .put("b", "x\né😀é")
                .build());
  }

  @Test
  @DisplayName("JSN-01 nesting of 100 000 is refused at depth 64 without a stack overflow")
  void deepNestingIsRefused() throws JsonException {
    assertThat(parse("[".repeat(64) + "]".repeat(64)).asArray()).isPresent();
    refused("[".repeat(65) + "]".repeat(65)).hasMessageContaining("nested deeper than 64");
    refused("[".repeat(100_000)).hasMessageContaining("nested deeper than 64");
    refused("{\"a\":".repeat(100_000)).hasMessageContaining("nested deeper than 64");
  }

  @ParameterizedTest(name = "JSN-02 {0} is refused")
  @DisplayName("JSN-02 NaN, Infinity and malformed numbers are refused")
  @ValueSource(
      strings = {"NaN", "Infinity", "-Infinity", "+1", "01", "1.", ".5", "1e", "0x10", "-", "1_0"})
  void whatIsNoNumberIsRefused(String number) {
    refused(number);
    refused("{\"version\":" + number + "}");
  }

  @Test
  @DisplayName("JSN-02 a number of 1 000 000 digits is refused, and at most 32 characters pass")
  void longNumberIsRefused() throws JsonException {
    refused("1".repeat(1_000_000));
    refused("1".repeat(33)).hasMessageContaining("33 characters");
    assertThat(parse("1".repeat(32)).asLong()).isEmpty();
  }

  @Test
  @DisplayName("JSN-02 1e400 and 1e100000000 are never an integer, and no metadata at all")
  void hugeExponentsAreNoIntegers() throws JsonException {
    for (String number : List.of("1e400", "1e100000000", "1e-100000000", "2.0", "-0", "1E2")) {
      assertThat(parse(number).asLong()).as(number).isEmpty();
      refusedAsMetadata("{\"version\":" + number + "}").hasMessageContaining("plain integers");
    }
  }

  @Test
  @DisplayName("JSN-05 a name twice in one object is refused, also when one is escaped")
  void duplicateNamesAreRefused() throws JsonException {
    refused("{\"image\":\"a\",\"image\":\"b\"}").hasMessageContaining("\"image\" twice");
    refused("{\"image\":\"a\",\"im\\u0061ge\":\"b\"}").hasMessageContaining("\"image\" twice");
    refused("{\"b\":1,\"a\":1,\"c\":1,\"a\":1}").hasMessageContaining("\"a\" twice");
    refused("[{\"a\":{\"x\":1,\"y\":2,\"x\":3}}]").hasMessageContaining("\"x\" twice");
    assertThat(parse("[{\"a\":1},{\"a\":{\"a\":2}}]").asArray()).isPresent();
  }

  @Test
  @DisplayName("JSN-05 an object after one of the same names is checked all the same")
  void shapeOfTheNeighbourHidesNoDuplicate() {
    refused("[{\"a\":1,\"b\":2},{\"a\":1,\"b\":2,\"a\":3}]").hasMessageContaining("\"a\" twice");
    refused("[{\"a\":1,\"b\":2},{\"a\":1,\"a\":2}]").hasMessageContaining("\"a\" twice");
  }

  @Test
  @DisplayName("JSN-06 bytes that are not shortest-form UTF-8 are refused, in names and strings")
  void badUtf8IsRefused() {
    List<String> bad =
        List.of(
            "c0af",
            "c080",
            "e080af",
            "f08080af",
            "eda080",
            "edbfbf",
            "f4908080",
            "f5808080",
            "80",
            "bf",
            "c3",
            "e282",
            "f09f98",
            "ff",
            "fe",
            "e28228",
            "f09f2880");
    for (String hex : bad) {
      byte[] sequence = HexFormat.of().parseHex(hex);
      refused(wrap("{\"x", sequence, "\":1}"), JsonLimits.REVIEW)
          .as(hex)
          .hasMessageContaining("byte 3")
          .hasMessageContaining("UTF-8");
      refused(wrap("\"01234567", sequence, ""), JsonLimits.REVIEW);
      refused(wrap("\"0123456", sequence, "\""), JsonLimits.REVIEW);
    }
  }

  @Test
  @DisplayName("JSN-06 every well-formed UTF-8 sequence reads as its code point")
  void everyCodePointIsRead() throws JsonException {
    StringBuilder all = new StringBuilder();
    for (int c = 0x20; c <= Character.MAX_CODE_POINT; c++) {
      if (c != '"' && c != '\\' && (c < 0xd800 || c > 0xdfff)) {
        all.appendCodePoint(c);
      }
    }
    assertThat(
            StrictJson.parse(
                ("\"" + all + "\"").getBytes(StandardCharsets.UTF_8), JsonLimits.text(8 << 20)))
        .isEqualTo(Json.of(all.toString()));
  }

  @ParameterizedTest(name = "JSN-07 {0} is refused")
  @DisplayName("JSN-07 UTF-16 and UTF-32 are refused")
  @ValueSource(strings = {"UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32", "UTF-32BE", "UTF-32LE"})
  void otherEncodingsAreRefused(String charset) {
    for (String text : List.of("{\"a\":1}", "1", "[]", "\"é\"")) {
      refused(text.getBytes(Charset.forName(charset)), JsonLimits.REVIEW);
    }
  }

  @Test
  @DisplayName("JSN-07 a byte order mark and NUL bytes are refused")
  void byteOrderMarkIsRefused() {
    refused("\ufeff{}").hasMessageContaining("byte order mark");
    refused(new byte[] {(byte) 0xff, (byte) 0xfe, '1', 0}, JsonLimits.REVIEW)
        .hasMessageContaining("byte order mark");
    refused("{}\0").hasMessageContaining("NUL");
    refused("{\"0123456\0\":1}").hasMessageContaining("byte 9");
  }

  @Test
  @DisplayName(
      "JSN-09 300 000 keys of one hash value cost no more than ten times as much as others")
  void collidingNamesCostLittle() throws JsonException {
    List<String> names = collidingNames(300_000);
    assertThat(names.stream().mapToInt(String::hashCode).distinct().count()).isEqualTo(1);
    List<String> others =
        IntStream.range(0, names.size())
            .mapToObj(i -> ("%0" + names.getFirst().length() + "d").formatted(i))
            .toList();

    // Quadratic, it would be thousands of times as much.
    assertThat(bestOfThree(names)).isLessThan(10 * bestOfThree(others));
    refused(members(names), JsonLimits.text(64 << 20)).hasMessageContaining("20000 members");
  }

  private static byte[] members(List<String> names) {
    return names.stream()
        .map(name -> "\"" + name + "\":0")
        .collect(Collectors.joining(",", "{", "}"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static long bestOfThree(List<String> names) throws JsonException {
    byte[] text = members(names);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long start = cpuTime();
      JsonObject object = StrictJson.parse(text, METADATA).asObject().orElseThrow();
      assertThat(object.has(names.getLast())).isTrue();
      best = Math.min(best, cpuTime() - start);
    }
    return best;
  }

  @Test
  @DisplayName("JSN-09 small values cannot fill the heap: their number is limited")
  void manySmallValuesAreRefused() throws JsonException {
    refused("[" + "0,".repeat(1_000_000) + "0]").hasMessageContaining("values");
    refused("[" + "{},".repeat(700_000) + "0]").hasMessageContaining("values");
    assertThat(parse("[" + "0,".repeat(500_000) + "0]").asArray().orElseThrow().size())
        .isEqualTo(500_001);
  }

  @ParameterizedTest(name = "JSN-10 [{0}] is refused")
  @DisplayName("JSN-10 anything but exactly one value is refused")
  @ValueSource(
      strings = {
        "",
        " ",
        "\n\t ",
        "{} {}",
        "{}x",
        "{}]",
        "{},",
        "1 2",
        "{}\u00a0",
        "{",
        "[1",
        "\"a",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,}",
        "[1,]",
        "[,1]",
        "{a:1}",
        "{'a':1}",
        "// c\n1",
        "/* c */1",
        "tru",
        "nul",
        "\"\\x\"",
        "\"a\nb\"",
        "\"\\u12g4\"",
        "]",
        "}",
        ","
      })
  void anythingButOneValueIsRefused(String text) {
    refused(text);
  }

  @Test
  @DisplayName("JSN-10 a top-level array or null is told apart from an object")
  void topLevelKindIsVisible() throws JsonException {
    assertThat(parse(" [] ").asObject()).isEmpty();
    assertThat(parse("[]").kind()).isEqualTo("an array");
    assertThat(parse("null").asObject()).isEmpty();
    assertThat(parse("null").kind()).isEqualTo("null");
    assertThat(parse(" {}\n").asObject()).isPresent();
  }

  @Test
  void metadataHoldsNoTextThatItsCanonicalFormWouldChange() throws JsonException {
    refusedAsMetadata("{\"a\":\"x\\ny\"}").hasMessageContaining("control character");
    refusedAsMetadata("{\"a\\u0000\":1}").hasMessageContaining("control character");
    refusedAsMetadata("{\"a\":\"\\ud800\"}").hasMessageContaining("surrogate");
    assertThat(parse("\"x\\ny\\ud800\"").asString()).contains("x\ny\ud800");
  }

  @Test
  void limitsHoldAtTheLimitAndRefuseOneMore() {
    JsonLimits limits = new JsonLimits(40, 2, 3, 2, 6, 4, false);

    assertThatCode(() -> StrictJson.parse(bytes("{\"a\":[111,\"1234\",[]],\"b\":1}"), limits))
        .hasMessageContaining("nested deeper than 2");
    assertThatCode(() -> StrictJson.parse(bytes("{\"a\":[111,\"1234\",0],\"b\":1}"), limits))
        .doesNotThrowAnyException();
    refused(bytes("{\"a\":[1,1,1,1],\"b\":1}"), limits).hasMessageContaining("more than 6 values");
    refused(bytes("{\"a\":1,\"b\":1,\"c\":1}"), limits).hasMessageContaining("2 members");
    refused(bytes("[1111]"), limits).hasMessageContaining("4 characters");
    refused(bytes("[\"12345\"]"), limits).hasMessageContaining("5 units");
    refused(bytes("{\"12345\":1}"), limits).hasMessageContaining("5 units");
    refused(bytes(" ".repeat(40) + "1"), limits).hasMessageContaining("41 bytes");
  }

  @Test
  void messagesSayWhereAndShowLittleAndOnlyPrintableText() {
    refused("{\n  \"a\": 1,\n  \"a\": 2\n}").hasMessageStartingWith("line 4, column");
    String hostile = "\u202e\u001b[31m" + "x".repeat(10_000);
    refused("{\"" + escape(hostile) + "\":1,\"" + escape(hostile) + "\":1}")
        .satisfies(thrown -> {
          assertThat(thrown.getMessage()).hasSizeLessThan(200).contains("\\u202e\\u001b[31m");
          assertThat(String.valueOf(thrown.getMessage()).chars())
              .allMatch(c -> c >= 0x20 && c < 0x7f);
        });
    refused("[" + "q".repeat(10_000))
        .satisfies(t -> assertThat(t.getMessage()).hasSizeLessThan(220));
    refused("é")
        .satisfies(t -> assertThat(String.valueOf(t.getMessage()).chars()).allMatch(c -> c < 0x7f));
  }

  /** Of this thread, so that a busy machine does not fail the test. */
  private static long cpuTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static String escape(String text) {
    String quoted = JsonText.compact(Json.of(text));
    return quoted.substring(1, quoted.length() - 1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] wrap(String before, byte[] middle, String after) {
    byte[] all = new byte[before.length() + middle.length + after.length()];
    System.arraycopy(bytes(before), 0, all, 0, before.length());
    System.arraycopy(middle, 0, all, before.length(), middle.length);
    System.arraycopy(bytes(after), 0, all, before.length() + middle.length, after.length());
    return all;
  }

  /** "Aa" and "BB" have one String.hashCode, and so have all sequences of them. */
  private static List<String> collidingNames(int count) {
    List<String> names = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      StringBuilder name = new StringBuilder();
      for (int bit = 0; bit < 19; bit++) {
        name.append((((i * 0x9e37_79b1) >>> bit) & 1) == 0 ? "Aa" : "BB");
      }
      names.add(name.toString());
    }
    return names;
  }
}
