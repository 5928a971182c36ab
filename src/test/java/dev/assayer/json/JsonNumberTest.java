package dev.assayer.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class JsonNumberTest {
  private static JsonObject parsed(String version) throws JsonException {
    byte[] text = ("{\"version\":" + version + "}").getBytes(StandardCharsets.UTF_8);
    return StrictJson.parse(text, JsonLimits.REVIEW).asObject().orElseThrow();
  }

  @Test
  @DisplayName("JSN-03 version 18446744073709551617 does not wrap to 1")
  void numbersBeyondLongHaveNoLongValue() throws JsonException {
    for (String huge :
        List.of(
            "18446744073709551617",
            "9223372036854775808",
            "-9223372036854775809",
            "4294967297000000000000")) {
      assertThat(parsed(huge).get("version").orElseThrow().asLong()).as(huge).isEmpty();
    }
    assertThat(parsed("9223372036854775807").get("version").orElseThrow().asLong())
        .hasValue(Long.MAX_VALUE);
    assertThat(parsed("-9223372036854775808").get("version").orElseThrow().asLong())
        .hasValue(Long.MIN_VALUE);
  }

  @Test
  @DisplayName("JSN-04 version \"2\", 2.9, true and null are no integers")
  void nothingIsCoercedToAnInteger() throws JsonException {
    for (String other : List.of("\"2\"", "2.9", "2.0", "true", "null", "[2]", "{\"a\":2}", "2e0")) {
      assertThat(parsed(other).get("version").orElseThrow().asLong()).as(other).isEmpty();
    }
    assertThat(parsed("2").get("version").orElseThrow().asLong()).hasValue(2);
  }

  @Test
  void textThatIsNoNumberCannotBecomeOne() {
    for (String bad : List.of("", "-", "1,\"x\":2", "01", "1.", ".1", "1e", "1e+", " 1", "٣")) {
      assertThatIllegalArgumentException().as(bad).isThrownBy(() -> new JsonNumber(bad));
    }
  }

  @Test
  void integersKeepTheirExactText() throws JsonException {
    assertThat(parsed("-17").get("version")).contains(Json.of(-17));
    assertThat(parsed("1.50").get("version")).contains(new JsonNumber("1.50"));
  }
}
