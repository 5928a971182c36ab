package dev.assayer.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class JsonTextTest {
  @Test
  void compactIsOneLineWithoutSpaces() {
    JsonObject value =
        JsonObject.builder()
            .put("s", "a/b <é>")
            .put("n", -5)
            .put("t", true)
            .put("l", List.of("x", "y"))
            .put("o", JsonObject.builder().put("z", JsonNull.NULL).build())
            .build();

    assertThat(JsonText.compact(value))
        .isEqualTo(
            "{\"s\":\"a/b <é>\",\"n\":-5,\"t\":true,\"l\":[\"x\",\"y\"],\"o\":{\"z\":null}}");
  }

  @Test
  void prettyIsIndentedByTwo() {
    JsonObject value =
        JsonObject.builder().put("a", JsonArray.of(Json.of(1), Json.of(2))).put("b", "c").build();

    assertThat(JsonText.pretty(value))
        .isEqualTo("{\n  \"a\" : [\n    1,\n    2\n  ],\n  \"b\" : \"c\"\n}");
  }

  @Test
  @DisplayName("JSN-08 what hides, reorders or breaks text on a screen is written as an escape")
  void invisibleTextIsEscaped() {
    String hostile =
        "\u0000\u0007\n\r"
            + "\u001b[2J\u007f\u0085\u00a0\u00ad\u034f\u061c\u115f\u180e\u200b\u200d\u200e"
            + "\u2028\u2029\u202a\u202e\u2060\u2066\u2069\u3000\u3164\ufe0f\ufeff\ufff9\uffff\ufdd0"
            + "\ue000\ud800\udb40\udc41";

    String written = JsonText.compact(Json.of(hostile));

    assertThat(written.chars()).allMatch(c -> c >= 0x20 && c < 0x7f);
    assertThat(written).contains("\\u202e").contains("\\ud800").contains("\\n");
    assertThat(JsonText.compact(JsonObject.builder().put(hostile, 1).build()).chars())
        .allMatch(c -> c >= 0x20 && c < 0x7f);
  }

  @Test
  void whatIsWrittenReadsBackAsTheSameValue() throws JsonException {
    StringBuilder units = new StringBuilder();
    for (int c = 0; c <= 0xffff; c++) {
      units.append((char) c);
    }
    Json value = Json.of(units.toString());

    byte[] written = JsonText.compactBytes(value);

    assertThat(new String(written, StandardCharsets.UTF_8)).doesNotContain("\n");
    assertThat(StrictJson.parse(written, JsonLimits.REVIEW)).isEqualTo(value);
    assertThat(
            StrictJson.parse(
                JsonText.pretty(value).getBytes(StandardCharsets.UTF_8), JsonLimits.REVIEW))
        .isEqualTo(value);
  }
}
