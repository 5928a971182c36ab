package dev.assayer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  private static final String HEX = ImageNames.HEX;

  @Test
  void sha256WithSixtyFourLowerCaseDigitsIsADigest() {
    assertThat(Digest.parse("sha256:" + HEX)).contains(new Digest(HEX));
    assertThat(new Digest(HEX)).hasToString("sha256:" + HEX);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256", "sha256:", "sha256:0", "sha1:" + HEX, "SHA256:" + HEX, HEX})
  void nothingElseIsADigest(String text) {
    assertThat(Digest.parse(text)).isEmpty();
  }

  @Test
  @DisplayName("REF-07 63 digits, 65 digits, upper case and look-alike digits are no digest")
  void digestsOfAnotherShapeAreRefused() {
    assertThat(Digest.parse("sha256:" + HEX.substring(1))).isEmpty();
    assertThat(Digest.parse("sha256:" + HEX + "0")).isEmpty();
    assertThat(Digest.parse("sha256:" + HEX.toUpperCase(Locale.ROOT))).isEmpty();
    assertThat(Digest.parse("sha256:" + HEX.replace('0', '\uff10'))).isEmpty();
    assertThat(Digest.parse("sha256:" + HEX + "\n")).isEmpty();
  }

  @Test
  void bytesAndTextAreTheSameDigest() {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) 0xab;
    assertThat(Digest.ofBytes(bytes).hex()).isEqualTo("ab" + "0".repeat(62));
    assertThat(Digest.ofBytes(bytes).bytes()).isEqualTo(bytes);
    assertThatThrownBy(() -> Digest.ofBytes(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDigestCannotBeMadeFromOtherText() {
    assertThatThrownBy(() -> new Digest("abc")).isInstanceOf(IllegalArgumentException.class);
  }
}
