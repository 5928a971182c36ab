package dev.assayer.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PrintableTest {

  @Test
  void plainTextIsQuoted() {
    assertThat(Printable.quoted("nginx:1")).isEqualTo("\"nginx:1\"");
  }

  @Test
  @DisplayName("Control, bidirectional and zero-width characters cannot forge a message")
  void deceivingCharactersAreShownByCode() {
    assertThat(Printable.quoted("a\u0000b\u202ec\u200bd\u001b[0m"))
        .isEqualTo("\"a\\u{0}b\\u{202e}c\\u{200b}d\\u{1b}[0m\"");
    assertThat(Printable.quoted("a\nb\tc\rd")).isEqualTo("\"a\\nb\\tc\\rd\"");
    assertThat(Printable.quoted("\ud83d\ude00\ud800")).isEqualTo("\"\\u{1f600}\\u{d800}\"");
  }

  @Test
  void quotesAndBackslashesCannotEndTheText() {
    assertThat(Printable.quoted("a\" is fine\\")).isEqualTo("\"a\\\" is fine\\\\\"");
  }

  @Test
  void longTextIsCutAndItsLengthGiven() {
    assertThat(Printable.quoted("a".repeat(120))).isEqualTo('"' + "a".repeat(120) + '"');
    assertThat(Printable.quoted("a".repeat(121)))
        .isEqualTo('"' + "a".repeat(120) + "…\" (121 characters)");
    assertThat(Printable.quoted("a".repeat(119) + "\ud83d\ude00"))
        .isEqualTo('"' + "a".repeat(119) + "…\" (121 characters)");
  }
}
