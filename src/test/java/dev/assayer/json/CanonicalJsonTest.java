package dev.assayer.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
  private static String canonical(String text) throws JsonException {
    Json value = StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), JsonLimits.REVIEW);
    return new String(CanonicalJson.bytes(value), StandardCharsets.UTF_8);
  }

  @Test
  void membersAreSortedAtEveryDepthAndWhiteSpaceGoes() throws JsonException {
    assertThat(canonical("{ \"b\" : [ 2, {\"d\":null, \"c\":true} ], \"a\" : -1, \"\":false }"))
        .isEqualTo("{\"\":false,\"a\":-1,\"b\":[2,{\"c\":true,\"d\":null}]}");
    assertThat(canonical("[]")).isEqualTo("[]");
    assertThat(canonical("{}")).isEqualTo("{}");
  }

  @Test
  void onlyQuoteAndBackslashAreEscaped() throws JsonException {
    assertThat(canonical("\"\\\" \\\\ \\/ \\n \\t \\u0000 \\u007f \\u003c>& \\u00e9 \\u2028 😀\""))
        .isEqualTo("\"\\\" \\\\ / \n \t \0 \u007f <>& é \u2028 😀\"");
  }

  @Test
  void namesGoByCodePointNotByUtf16Unit() throws JsonException {
    assertThat(canonical("{\"\ud800\udc00\":1,\"\uffff\":2,\"\ue000\":3,\"z\":4}"))
        .isEqualTo("{\"z\":4,\"\ue000\":3,\"\uffff\":2,\"\ud800\udc00\":1}");
    assertThat(canonical("{\"ab\":1,\"a\":2,\"aa\":3,\"A\":4}"))
        .isEqualTo("{\"A\":4,\"a\":2,\"aa\":3,\"ab\":1}");
  }

  @Test
  void sortingManyNamesAgreesWithTheOrderOfTheirBytes() throws JsonException {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      List<String> names = random.ints(200).mapToObj(n -> name(new Random(n))).distinct().toList();
      JsonObject.Builder object = JsonObject.builder();
      names.forEach(name -> object.put(name, 0));
      JsonObject built = object.build();
      StringBuilder expected = new StringBuilder("{");
      names.stream()
          .sorted((a, b) ->
              Arrays.compareUnsigned(
                  a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)))
          .forEach(name -> expected.append('"').append(name).append("\":0,"));
      expected.setCharAt(expected.length() - 1, '}');

      assertThat(new String(CanonicalJson.bytes(built), StandardCharsets.UTF_8))
          .isEqualTo(expected.toString());
      assertThat(names).allMatch(built::has);
      assertThat(built.has("not there")).isFalse();
    }
  }

  private static String name(Random random) {
    int[] alphabet = {'a', 'b', 0xe9, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};
    int[] points =
        random.ints(1 + random.nextInt(6), 0, alphabet.length).map(i -> alphabet[i]).toArray();
    return new String(points, 0, points.length);
  }

  @Test
  void whatHasNoCanonicalFormIsRefused() {
    for (String bad :
        List.of("1.0", "1e3", "-0", "\"\\ud800\"", "\"\\udc00\\ud800\"", "{\"\\udfff\":1}")) {
      assertThatThrownBy(() -> canonical(bad)).as(bad).isInstanceOf(JsonException.class);
    }
  }

  @Test
  void theKeyIdOfNotaryIsTheHashOfThisExactForm() throws JsonException {
    assertThat(
            canonical(
                "{\"keyval\":{\"public\":\"TUZrd0V3\",\"private\":null},\"keytype\":\"ecdsa\"}"))
        .isEqualTo("{\"keytype\":\"ecdsa\",\"keyval\":{\"private\":null,\"public\":\"TUZrd0V3\"}}");
  }
}
