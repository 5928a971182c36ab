package dev.assayer.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

class StrictJsonFuzzTest {
  @FuzzTest
  void everyTextIsRefusedOrReadsBackTheSame(byte[] text) throws JsonException {
    Json value;
    try {
      value = StrictJson.parse(text, JsonLimits.text(1 << 20));
    } catch (JsonException refused) {
      assertThat(refused.getMessage().chars()).allMatch(c -> c >= 0x20 && c < 0x7f);
      return;
    }
    JsonLimits roomForEscapes = JsonLimits.text(8 << 20);
    assertThat(StrictJson.parse(JsonText.compactBytes(value), roomForEscapes)).isEqualTo(value);
  }
}
