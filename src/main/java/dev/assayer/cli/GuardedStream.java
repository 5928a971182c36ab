package dev.assayer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Stdout, which must not lose a byte unseen. The first write that fails is remembered, and nothing
 * is written after it. Nothing is thrown, since picocli would print it.
 */
final class GuardedStream extends OutputStream {
  private final OutputStream stream;
  private Optional<OutputLost> lost = Optional.empty();

  GuardedStream(OutputStream stream) {
    this.stream = stream;
  }

  /** What ended the output, if anything did. */
  Optional<OutputLost> lost() {
    return lost;
  }

  @Override
  public void write(int octet) {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    attempt(() -> stream.write(bytes, offset, length));
  }

  @Override
  public void flush() {
    attempt(stream::flush);
  }

  private void attempt(Writing writing) {
    if (lost.isEmpty()) {
      try {
        writing.run();
      } catch (IOException failure) {
        lost = Optional.of(new OutputLost(failure));
      }
    }
  }

  private interface Writing {
    void run() throws IOException;
  }
}
