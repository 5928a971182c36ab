package dev.assayer.demo;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Writes a POSIX ustar archive of one file, always the same bytes for the same content. */
final class Tar {
  private static final int BLOCK = 512;
  private static final int CHECKSUM_AT = 148;

  private Tar() {}

  static byte[] of(String name, String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    int blocks = (content.length + BLOCK - 1) / BLOCK;
    byte[] tar = new byte[BLOCK * (1 + blocks + 2)];
    put(tar, 0, name);
    put(tar, 100, "0000644\0");
    put(tar, 108, "0000000\0");
    put(tar, 116, "0000000\0");
    put(tar, 124, octal(content.length, 11) + "\0");
    put(tar, 136, octal(0, 11) + "\0");
    put(tar, CHECKSUM_AT, "        ");
    put(tar, 156, "0");
    put(tar, 257, "ustar\00000");
    int sum = 0;
    for (byte b : Arrays.copyOf(tar, BLOCK)) {
      sum += b & 0xff;
    }
    put(tar, CHECKSUM_AT, octal(sum, 6) + "\0 ");
    System.arraycopy(content, 0, tar, BLOCK, content.length);
    return tar;
  }

  private static String octal(int value, int digits) {
    return String.format(Locale.ROOT, "%0" + digits + "o", value);
  }

  private static void put(byte[] tar, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, tar, at, bytes.length);
  }
}
