package dev.assayer.server;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A request body on its way. Helidon says that a client went away by several unchecked exceptions;
 * here it is an {@link IOException}, so that it cannot be taken for a failure of ours.
 */
final class ArrivingStream extends FilterInputStream {

  ArrivingStream(InputStream helidon) {
    super(helidon);
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (RuntimeException gone) {
      throw new IOException("the body does not arrive", gone);
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      return super.read(buffer, offset, length);
    } catch (RuntimeException gone) {
      throw new IOException("the body does not arrive", gone);
    }
  }

  @Override
  public long skip(long bytes) throws IOException {
    try {
      return super.skip(bytes);
    } catch (RuntimeException gone) {
      throw new IOException("the body does not arrive", gone);
    }
  }
}
