package dev.assayer.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of the page, as they are in the jar, by path. */
final class PageFiles {
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final List<String> SCRIPTS =
      List.of(
          "page",
          "dom",
          "format",
          "decisions",
          "detail",
          "waterfall",
          "chain",
          "proof",
          "trust",
          "health",
          "policy");

  private PageFiles() {}

  /** Reads all of them. */
  static Map<String, PageAnswer> load() {
    Map<String, PageAnswer> files = new LinkedHashMap<>();
    files.put("/", file("index.html", "text/html; charset=utf-8"));
    files.put("/page.css", file("page.css", "text/css; charset=utf-8"));
    files.put("/icon.svg", file("icon.svg", "image/svg+xml"));
    files.put("/reasons.json", file("reasons.json", PageAnswer.JSON));
    for (String name : SCRIPTS) {
      files.put("/" + name + ".js", file(name + ".js", SCRIPT));
    }
    return Map.copyOf(files);
  }

  private static PageAnswer file(String name, String type) {
    try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the file " + name + " of the page is not in the jar");
      }
      return new PageAnswer(200, type, in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
