package dev.assayer.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the comments of values.yaml that begin with {@code # --} say of each value. */
final class ChartValues {
  private static final String MARK = "# -- ";

  private ChartValues() {}

  private record Open(int indent, String path) {}

  /**
   * The path of every value that is described, in the order of the file, with its description. What
   * is below {@code config} is described by its own schema and by docs/configuration.md.
   */
  static Map<String, String> descriptions() throws IOException {
    Map<String, String> found = new LinkedHashMap<>();
    Deque<Open> open = new ArrayDeque<>();
    List<String> words = new ArrayList<>();
    for (String line : Files.readAllLines(Chart.HOME.resolve("values.yaml"))) {
      String text = line.strip();
      int indent = line.length() - line.stripLeading().length();
      if (text.startsWith(MARK)) {
        words.add(text.substring(MARK.length()));
      } else if (!text.startsWith("#") && !text.startsWith("-") && text.contains(":")) {
        while (!open.isEmpty() && open.peek().indent() >= indent) {
          open.pop();
        }
        String key = text.substring(0, text.indexOf(':'));
        String path = open.isEmpty() ? key : open.peek().path() + "." + key;
        open.push(new Open(indent, path));
        if (!words.isEmpty()) {
          found.put(path, String.join(" ", words));
        }
        words.clear();
      }
    }
    return found;
  }
}
