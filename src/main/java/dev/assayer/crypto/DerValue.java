package dev.assayer.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Just enough DER (X.690) to read and write keys. Small on purpose: a key must load at start
 * without the ASN.1 library, whose signed jar alone costs a quarter of a second.
 */
final class DerValue {
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int NULL = 0x05;
  static final int OBJECT_IDENTIFIER = 0x06;
  static final int SEQUENCE = 0x30;

  /** The bytes are not DER, or not the type asked for; never leaves this package. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  private final byte[] bytes;
  private final int end;
  private int at;

  private DerValue(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /** A reader of the values in {@code bytes}, one after the other. */
  static DerValue in(byte[] bytes) {
    return new DerValue(bytes, 0, bytes.length);
  }

  boolean atEnd() {
    return at == end;
  }

  /** Tag of the next value, or -1 at the end. */
  int nextTag() {
    return atEnd() ? -1 : bytes[at] & 0xff;
  }

  /** Goes past a value of this type and returns a reader of its content. */
  DerValue enter(int tag) throws Malformed {
    if (nextTag() != tag) {
      throw new Malformed("tag");
    }
    at++;
    int length = length();
    DerValue content = new DerValue(bytes, at, at + length);
    at += length;
    return content;
  }

  /** The only form that DER allows: definite, with as few bytes as possible; up to 65535. */
  private int length() throws Malformed {
    int first = unsignedByte();
    int length = first;
    if (first == 0x81) {
      length = unsignedByte();
    } else if (first == 0x82) {
      length = unsignedByte() << 8 | unsignedByte();
    }
    boolean minimal = first < 0x80 || (first == 0x81 ? length >= 0x80 : length >= 0x100);
    if (first > 0x82 || first == 0x80 || !minimal || length > end - at) {
      throw new Malformed("length");
    }
    return length;
  }

  private int unsignedByte() throws Malformed {
    if (atEnd()) {
      throw new Malformed("cut off");
    }
    return bytes[at++] & 0xff;
  }

  void expectEnd() throws Malformed {
    if (!atEnd()) {
      throw new Malformed("something follows");
    }
  }

  BigInteger integer() throws Malformed {
    byte[] content = enter(INTEGER).rest();
    boolean minimal =
        content.length == 1
            || (content.length > 1
                && !(content[0] == 0 && content[1] >= 0)
                && !(content[0] == -1 && content[1] < 0));
    if (!minimal) {
      throw new Malformed("integer");
    }
    return new BigInteger(content);
  }

  /** A bit string of whole bytes. */
  byte[] bitString() throws Malformed {
    DerValue content = enter(BIT_STRING);
    if (content.unsignedByte() != 0) {
      throw new Malformed("bit string");
    }
    return content.rest();
  }

  byte[] octetString() throws Malformed {
    return enter(OCTET_STRING).rest();
  }

  /** An object identifier in dotted form. */
  String objectIdentifier() throws Malformed {
    byte[] content = enter(OBJECT_IDENTIFIER).rest();
    StringBuilder dotted = new StringBuilder();
    BigInteger arc = BigInteger.ZERO;
    boolean starts = true;
    for (byte b : content) {
      if (starts && b == (byte) 0x80) {
        throw new Malformed("object identifier");
      }
      arc = arc.shiftLeft(7).or(BigInteger.valueOf(b & 0x7f));
      starts = b >= 0;
      if (starts) {
        append(dotted, arc);
        arc = BigInteger.ZERO;
      }
    }
    if (!starts || content.length == 0 || content.length > 32) {
      throw new Malformed("object identifier");
    }
    return dotted.toString();
  }

  /** The first number holds two arcs: 40 times the first plus the second. */
  private static void append(StringBuilder dotted, BigInteger arc) {
    if (!dotted.isEmpty()) {
      dotted.append('.').append(arc);
      return;
    }
    int first = arc.min(BigInteger.valueOf(80)).intValue() / 40;
    dotted.append(first).append('.').append(arc.subtract(BigInteger.valueOf(40L * first)));
  }

  private byte[] rest() {
    byte[] content = Arrays.copyOfRange(bytes, at, end);
    at = end;
    return content;
  }

  /** One value: tag, length and the parts as content. */
  static byte[] encode(int tag, byte[]... parts) {
    byte[] content = concat(parts);
    int n = content.length;
    byte[] header =
        n < 0x80
            ? new byte[] {(byte) tag, (byte) n}
            : n < 0x100
                ? new byte[] {(byte) tag, (byte) 0x81, (byte) n}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (n >> 8), (byte) n};
    return concat(header, content);
  }

  static byte[] encode(BigInteger value) {
    return encode(INTEGER, value.toByteArray());
  }

  /** A value whose encoding is known. */
  static byte[] hex(String encoding) {
    return HexFormat.of().parseHex(encoding);
  }

  static byte[] concat(byte[]... parts) {
    byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
