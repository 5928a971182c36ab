package dev.assayer.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Strict UTF-8 (Unicode 17.0 table 3-7): no overlong form, no surrogate, nothing above U+10FFFF.
 * Also refuses NUL and a byte order mark, which takes UTF-16 and UTF-32 texts out as well.
 */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LOW_BITS = 0x0101010101010101L;

  private Utf8() {}

  /** Passes if the bytes are acceptable text, else names the first bad offset. */
  static void check(byte[] bytes) throws JsonException {
    refuseOtherEncodings(bytes);
    int at = 0;
    while (at < bytes.length) {
      if (at + Long.BYTES <= bytes.length && plainAscii((long) LONGS.get(bytes, at))) {
        at += Long.BYTES;
      } else if (bytes[at] > 0) {
        at++;
      } else if (bytes[at] == 0) {
        throw new JsonException("byte " + at + ": NUL, which is not allowed in JSON");
      } else {
        at += sequence(bytes, at);
      }
    }
  }

  /** Eight bytes from 0x01 to 0x7f: no high bit, and subtracting 1 borrows nowhere. */
  private static boolean plainAscii(long eight) {
    return ((eight | (eight - LOW_BITS)) & HIGH_BITS) == 0;
  }

  private static void refuseOtherEncodings(byte[] b) throws JsonException {
    if (b.length >= 3 && at(b, 0) == 0xef && at(b, 1) == 0xbb && at(b, 2) == 0xbf) {
      throw new JsonException("byte 0: byte order mark; send UTF-8 without it");
    }
    if (b.length >= 2
        && ((at(b, 0) == 0xfe && at(b, 1) == 0xff) || (at(b, 0) == 0xff && at(b, 1) == 0xfe))) {
      throw new JsonException("byte 0: byte order mark of UTF-16 or UTF-32; send UTF-8");
    }
  }

  /** Length of the sequence of 2 to 4 bytes that starts here. */
  private static int sequence(byte[] b, int start) throws JsonException {
    int lead = at(b, start);
    int second = start + 1 < b.length ? at(b, start + 1) : -1;
    int length;
    boolean ok;
    if (lead >= 0xc2 && lead <= 0xdf) {
      length = 2;
      ok = within(second, 0x80, 0xbf);
    } else if (lead >= 0xe0 && lead <= 0xef) {
      length = 3;
      ok = within(second, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf);
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      length = 4;
      ok = within(second, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf);
    } else {
      length = 1;
      ok = false;
    }
    for (int i = 2; ok && i < length; i++) {
      ok = start + i < b.length && within(at(b, start + i), 0x80, 0xbf);
    }
    if (!ok) {
      throw new JsonException(
          "byte " + start + ": 0x" + Integer.toHexString(lead) + " does not start valid UTF-8");
    }
    return length;
  }

  private static boolean within(int value, int low, int high) {
    return value >= low && value <= high;
  }

  private static int at(byte[] bytes, int index) {
    return bytes[index] & 0xff;
  }
}
