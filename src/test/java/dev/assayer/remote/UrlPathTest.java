package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlPathTest {
  @Test
  void aNotaryPathIsBuiltFromItsParts() {
    List<String> parts = new ArrayList<>(List.of("v2"));
    parts.addAll(UrlPath.segments("registry.example.com:5000/acme/app"));
    parts.addAll(List.of("_trust", "tuf", "targets%2Fx y.json"));
    assertThat(UrlPath.of(parts))
        .isEqualTo("/v2/registry.example.com:5000/acme/app/_trust/tuf/targets%252Fx%20y.json");
  }

  @Test
  void whatCouldChangeTheShapeIsEscaped() {
    assertThat(UrlPath.of("a?b", "c#d", "e;f", "@g", "ü"))
        .isEqualTo("/a%3Fb/c%23d/e%3Bf/%40g/%C3%BC");
    assertThat(UrlPath.encodeValue("a b&c=d/e:f+")).isEqualTo("a%20b%26c%3Dd%2Fe%3Af%2B");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "a\\b", "a\nb", "a\u0000", "\u007f"})
  void segmentsThatClimbOrSplitAreRefused(String segment) {
    assertThatThrownBy(() -> UrlPath.of("v2", segment))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesThatClimbAreRefused() {
    for (String name : new String[] {"a//b", "/a", "a/", "../a", "a/./b"}) {
      assertThatThrownBy(() -> UrlPath.of(UrlPath.segments(name)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "a", "//a", "/a b", "/a%", "/a%2", "/a%zz", "/a#b", "/a\\b", "/..", "/./a", "/ü"
      })
  void pathsThatAreNotEscapedAreRefused(String path) {
    assertThatThrownBy(() -> UrlPath.requireEscaped(path))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsBuiltIsAlwaysAccepted() {
    for (char c = ' ' + 1; c < 0x300; c++) {
      if (c != '/' && c != '\\' && c != '.' && !Character.isISOControl(c)) {
        String path = UrlPath.of("v2", String.valueOf(c));
        assertThatCode(() -> UrlPath.requireEscaped(path)).doesNotThrowAnyException();
      }
    }
  }
}
