package dev.assayer.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

class CanonicalJsonFuzzTest {
  @FuzzTest
  void theCanonicalFormOfMetadataIsTheSameValueAndStable(byte[] text) throws JsonException {
    JsonLimits limits = JsonLimits.metadata(1 << 20);
    Json value;
    try {
      value = StrictJson.parse(text, limits);
    } catch (JsonException refused) {
      return;
    }
    byte[] canonical = CanonicalJson.bytes(value);
    Json again = StrictJson.parse(canonical, JsonLimits.metadata(2 << 20));
    assertThat(again).isEqualTo(value);
    assertThat(CanonicalJson.bytes(again)).isEqualTo(canonical);
  }
}
