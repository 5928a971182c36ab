package dev.assayer.cli;

import java.io.IOException;
import java.io.OutputStream;

/** Stdout, which must not lose a byte unseen: the first failed write ends the command. */
final class GuardedStream extends OutputStream {
  private final OutputStream stream;

  GuardedStream(OutputStream stream) {
    this.stream = stream;
  }

  @Override
  public void write(int octet) {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      stream.write(bytes, offset, length);
    } catch (IOException failure) {
      throw new OutputLost(failure);
    }
  }

  @Override
  public void flush() {
    try {
      stream.flush();
    } catch (IOException failure) {
      throw new OutputLost(failure);
    }
  }
}
