package dev.assayer.crypto;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;

/** Reads ASN.1 that must be DER (X.690 section 10): one value has exactly one encoding. */
final class Der {
  /** Deepest nesting of a real certificate is about 10. */
  private static final int MAX_DEPTH = 32;

  private Der() {}

  /** The value, or empty if the bytes are not exactly one value in DER. */
  static Optional<ASN1Primitive> read(byte[] der) {
    if (!depthWithin(der, 0, der.length, MAX_DEPTH)) {
      return Optional.empty();
    }
    try {
      ASN1Primitive value = ASN1Primitive.fromByteArray(der);
      return value != null && Arrays.equals(value.getEncoded(ASN1Encoding.DER), der)
          ? Optional.of(value)
          : Optional.empty();
    } catch (IOException | RuntimeException malformed) {
      return Optional.empty();
    }
  }

  /** Walks the constructed values, so that the recursive library never sees a hostile depth. */
  private static boolean depthWithin(byte[] der, int from, int to, int depth) {
    int at = from;
    while (at < to) {
      boolean constructed = (der[at] & 0x20) != 0;
      if ((der[at] & 0x1f) == 0x1f || at + 1 >= to) {
        return false;
      }
      int length = der[at + 1] & 0xff;
      at += 2;
      if (length >= 0x80) {
        int count = length & 0x7f;
        if (count == 0 || count > 3 || at + count > to) {
          return false;
        }
        length = 0;
        for (int i = 0; i < count; i++) {
          length = (length << 8) | (der[at++] & 0xff);
        }
      }
      if (length > to - at) {
        return false;
      }
      if (constructed && (depth == 0 || !depthWithin(der, at, at + length, depth - 1))) {
        return false;
      }
      at += length;
    }
    return true;
  }
}
