package dev.assayer.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
  @Test
  void membersKeepTheirOrderAndAreFoundByName() {
    JsonObject.Builder builder = JsonObject.builder();
    for (int i = 20; i > 0; i--) {
      builder.put("n" + i, i);
    }
    JsonObject object = builder.build();

    assertThat(object.names()).startsWith("n20", "n19").endsWith("n1").hasSize(20);
    assertThat(object.entries().getFirst()).isEqualTo(Map.entry("n20", Json.of(20)));
    assertThat(object.get("n7")).contains(Json.of(7));
    assertThat(object.get("n0")).isEmpty();
    assertThat(object.get("n21")).isEmpty();
    assertThat(object.get("")).isEmpty();
  }

  @Test
  void equalityIgnoresTheOrderOfMembersButNothingElse() {
    JsonObject ab = JsonObject.builder().put("a", 1).put("b", 2).build();
    JsonObject ba = JsonObject.builder().put("b", 2).put("a", 1).build();

    assertThat(ab).isEqualTo(ba).hasSameHashCodeAs(ba);
    assertThat(ab).isNotEqualTo(JsonObject.builder().put("a", 1).build());
    assertThat(ab).isNotEqualTo(JsonObject.builder().put("a", 1).put("b", "2").build());
    assertThat(ab).isNotEqualTo(JsonObject.builder().put("a", 1).put("c", 2).build());
  }

  @Test
  void aNamePutTwiceIsAnError() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonObject.builder().put("a", 1).put("b", 1).put("a", 2).build())
        .withMessageContaining("\"a\"");
  }

  @Test
  void nothingCanBeChangedFromOutside() {
    JsonObject object = JsonObject.builder().put("a", List.of("x")).build();

    assertThatThrownBy(() -> object.names().set(0, "b"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> object.entries().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> object.get("a").orElseThrow().asArray().orElseThrow().values().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
