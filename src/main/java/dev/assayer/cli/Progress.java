package dev.assayer.cli;

/** A bar on stderr while several things are worked on; nothing where stderr is no terminal. */
final class Progress implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final String ERASE = "\r\u001b[K";

  private final Session session;
  private final int total;
  private final boolean shown;
  private int done;

  Progress(Session session, int total) {
    this.session = session;
    this.total = total;
    this.shown = total > 1 && session.errIsTerminal();
    draw();
  }

  /** One thing more is done. */
  void step() {
    done++;
    draw();
  }

  /** Makes room for a line of the answer. */
  void clear() {
    if (shown) {
      write(ERASE);
    }
  }

  @Override
  public void close() {
    clear();
  }

  private void draw() {
    if (shown && done < total) {
      int full = (int) ((long) WIDTH * done / total);
      write(
          ERASE + '[' + "#".repeat(full) + ".".repeat(WIDTH - full) + "] " + done + " of " + total);
    }
  }

  private void write(String text) {
    session.err().print(text);
    session.err().flush();
  }
}
