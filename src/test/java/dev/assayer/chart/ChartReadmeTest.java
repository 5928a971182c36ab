package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The chart's README has every value with its default, as values.yaml says them. */
class ChartReadmeTest {
  private static final Path PAGE = Chart.HOME.resolve("README.md");
  private static final String BEGIN = "<!-- values: begin -->\n";
  private static final String END = "<!-- values: end -->";
  private static final String WRITE = "assayer.docs.write";
  private static final int LONGEST = 70;

  @Test
  void theTableIsWhatTheValuesSay() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    String expected = page.substring(0, begin) + table() + page.substring(page.indexOf(END));
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(PAGE, expected);
    }
    assertThat(PAGE)
        .as("write it anew: mvn -Dtest=ChartReadmeTest -D%s=true test", WRITE)
        .hasContent(expected);
  }

  private static String table() throws IOException {
    JsonNode values = Chart.yaml(Files.readString(Chart.HOME.resolve("values.yaml")));
    StringBuilder table = new StringBuilder("| Value | Default | Meaning |\n|---|---|---|\n");
    for (Map.Entry<String, String> said : ChartValues.descriptions().entrySet()) {
      JsonNode value = values.at("/" + said.getKey().replace('.', '/'));
      assertThat(value.isMissingNode()).as(said.getKey()).isFalse();
      String text = value.isTextual() && value.asText().isEmpty() ? "" : "`" + value + "`";
      if (text.length() > LONGEST) {
        text = "see values.yaml";
      }
      table.append("| `%s` | %s | %s |\n".formatted(said.getKey(), text, said.getValue()));
    }
    return table.toString();
  }
}
