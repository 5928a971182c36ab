package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.decision.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every reason that people meet is explained in docs/reasons.md, and nothing else is. */
class ReasonsPageTest {
  private static final String REFUSED = "Refused before a decision";

  @Test
  void theHeadingsAreTheReasonsUnderTheirVerdictsAndTheRefusals() throws IOException {
    Map<String, List<String>> expected = new LinkedHashMap<>();
    for (Reason reason : Reason.values()) {
      expected
          .computeIfAbsent(reason.verdict().code(), verdict -> new ArrayList<>())
          .add(reason.code());
    }
    expected.put(REFUSED, Arrays.stream(Refusal.values()).map(Refusal::code).toList());

    Map<String, List<String>> found = new LinkedHashMap<>();
    String chapter = "";
    for (String line : page()) {
      if (line.startsWith("## ")) {
        chapter = line.substring(3);
      } else if (line.startsWith("### ")) {
        found.computeIfAbsent(chapter, name -> new ArrayList<>()).add(line.substring(4));
      }
    }
    assertThat(found).isEqualTo(expected);
    assertThat(found.keySet()).containsExactlyElementsOf(expected.keySet());
  }

  @Test
  void everyReasonHasACauseAndARemedy() throws IOException {
    Map<String, StringBuilder> sections = new LinkedHashMap<>();
    StringBuilder current = new StringBuilder();
    for (String line : page()) {
      if (line.startsWith("#")) {
        current = new StringBuilder();
        if (line.startsWith("### ")) {
          sections.put(line.substring(4), current);
        }
      } else {
        current.append(line).append('\n');
      }
    }
    assertThat(sections).isNotEmpty();
    assertThat(sections)
        .allSatisfy((reason, text) ->
            assertThat(text.toString())
                .as(reason)
                .matches(
                    "(?s)\\s*\\*\\*Cause\\.\\*\\* \\S.{20,}\\n\\n\\*\\*Remedy\\.\\*\\* \\S.{8,}"));
  }

  private static List<String> page() throws IOException {
    return Files.readAllLines(Path.of("docs/reasons.md"));
  }
}
