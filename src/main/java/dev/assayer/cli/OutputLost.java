package dev.assayer.cli;

import java.io.IOException;
import java.util.Optional;

/** Nobody takes our answer: the reader of the pipe is gone, or the disk is full. */
final class OutputLost extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String why;

  OutputLost(IOException cause) {
    super(cause);
    why = Optional.ofNullable(cause.getMessage()).orElse("unknown error");
  }

  String why() {
    return why;
  }

  /** Whether the reader went away, as {@code head} does: nothing that anybody wants to be told. */
  boolean readerIsGone() {
    return why.equals("Broken pipe");
  }
}
