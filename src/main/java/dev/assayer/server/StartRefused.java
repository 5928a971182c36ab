package dev.assayer.server;

import java.util.List;

/** The server cannot start with this configuration; the lines are for people. */
public final class StartRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> lines;

  StartRefused(List<String> lines) {
    super(String.join("\n", lines), null, false, false);
    this.lines = List.copyOf(lines);
  }

  /** One sentence or finding each. */
  public List<String> lines() {
    return lines;
  }
}
