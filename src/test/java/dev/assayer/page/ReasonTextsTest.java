package dev.assayer.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page tells cause and remedy in the words of {@code docs/reasons.md}. */
class ReasonTextsTest {
  private static final Path FILE = Path.of("src/main/resources/dev/assayer/page/reasons.json");
  private static final Pattern SECTION =
      Pattern.compile(
          "^### (\\w+)\\n+\\*\\*Cause\\.\\*\\* (.*?)\\n\\n\\*\\*Remedy\\.\\*\\* (.*?)(?=\\n##|\\z)",
          Pattern.MULTILINE | Pattern.DOTALL);

  @Test
  void theFileHasEveryReasonInTheWordsOfTheReference() throws IOException {
    String texts = JsonText.pretty(texts()) + "\n";
    if (Boolean.getBoolean("assayer.docs.write")) {
      Files.writeString(FILE, texts);
    }
    assertThat(Files.readString(FILE))
        .as("run the test with -Dassayer.docs.write=true after a change of docs/reasons.md")
        .isEqualTo(texts);
  }

  private static JsonObject texts() throws IOException {
    JsonObject.Builder texts = JsonObject.builder();
    Matcher section = SECTION.matcher(Files.readString(Path.of("docs/reasons.md")));
    List<String> reasons = Stream.of(Reason.values()).map(Reason::code).toList();
    while (section.find()) {
      if (!reasons.contains(section.group(1))) {
        continue; // a refusal before any decision, which no record has
      }
      texts.put(
          section.group(1),
          JsonObject.builder()
              .put("cause", plain(section.group(2)))
              .put("remedy", plain(section.group(3)))
              .build());
    }
    JsonObject all = texts.build();
    assertThat(all.names()).containsExactlyInAnyOrderElementsOf(reasons);
    return all;
  }

  /** On one line, links as their words. */
  private static String plain(String markdown) {
    return markdown.strip().replaceAll("\\s+", " ").replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1");
  }
}
