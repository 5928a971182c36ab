package dev.assayer.server;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;

/** A request body as far as there is room for it. */
sealed interface RequestBody {
  /** Room that each request gets before it has sent anything. */
  int FIRST = 16 << 10;

  /** The body, of exactly its announced length. */
  record Whole(byte[] bytes) implements RequestBody {}

  /** There is no room for all of it; the stream gives it from its first byte. */
  record NoRoom(InputStream stream) implements RequestBody {}

  /**
   * Reads a body. Room is taken as bytes arrive and not as they are announced, so that announcing
   * much and sending nothing takes nothing from others.
   *
   * @param length announced, within the limit for bodies
   * @throws EOFException when fewer bytes arrive
   */
  static RequestBody read(InputStream in, int length, Intake.Share share) throws IOException {
    int size = Math.min(length, FIRST);
    if (!share.grow(size)) {
      return new NoRoom(in);
    }
    byte[] buffer = new byte[size];
    int got = 0;
    while (true) {
      int more = in.readNBytes(buffer, got, size - got);
      got += more;
      if (got < size) {
        throw new EOFException("the body ends after " + got + " of " + length + " bytes");
      }
      if (got == length) {
        return new Whole(buffer);
      }
      size = (int) Math.min(length, 4L * size);
      if (!share.grow(size)) {
        return new NoRoom(new SequenceInputStream(new ByteArrayInputStream(buffer, 0, got), in));
      }
      buffer = Arrays.copyOf(buffer, size);
    }
  }
}
