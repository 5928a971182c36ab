package dev.assayer.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** A node of the Merkle tree of RFC 6962 section 2.1: 32 bytes of SHA-256. Immutable. */
public final class Hash {
  static final int BYTES = 32;

  /** The root of the tree without entries. */
  static final Hash OF_NOTHING = new Hash(sha256().digest());

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private final byte[] value;

  private Hash(byte[] value) {
    this.value = value;
  }

  /** The hash at this place of a tile. */
  static Hash at(byte[] tile, int position) {
    return new Hash(Arrays.copyOfRange(tile, position * BYTES, (position + 1) * BYTES));
  }

  /**
   * A hash as it is written in base64.
   *
   * @throws IllegalArgumentException if it is not that, in the one canonical form
   */
  static Hash fromBase64(String text) {
    byte[] bytes = Base64.getDecoder().decode(text);
    if (bytes.length != BYTES || !Base64.getEncoder().encodeToString(bytes).equals(text)) {
      throw new IllegalArgumentException("not 32 bytes in base64");
    }
    return new Hash(bytes);
  }

  /** The hash of an entry. */
  static Hash leaf(byte[] entry) {
    MessageDigest digest = sha256();
    digest.update(LEAF);
    return new Hash(digest.digest(entry));
  }

  /** The hash over two subtrees. */
  static Hash node(Hash left, Hash right) {
    MessageDigest digest = sha256();
    digest.update(NODE);
    digest.update(left.value);
    return new Hash(digest.digest(right.value));
  }

  /** The hash over so many subtrees of one size; their number is a power of two. */
  static Hash over(List<Hash> subtrees) {
    int count = subtrees.size();
    return count == 1
        ? subtrees.getFirst()
        : node(over(subtrees.subList(0, count / 2)), over(subtrees.subList(count / 2, count)));
  }

  /** The hashes of a tile, one behind the other. */
  static byte[] tile(List<Hash> hashes) {
    byte[] tile = new byte[hashes.size() * BYTES];
    for (int i = 0; i < hashes.size(); i++) {
      System.arraycopy(hashes.get(i).value, 0, tile, i * BYTES, BYTES);
    }
    return tile;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  /** Base64, as in a checkpoint. */
  public String base64() {
    return Base64.getEncoder().encodeToString(value);
  }

  /** Lower-case hex. */
  public String hex() {
    return HexFormat.of().formatHex(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hash that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return base64();
  }
}
