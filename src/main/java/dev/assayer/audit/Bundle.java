package dev.assayer.audit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Entry bundles of C2SP tlog-tiles: entries, each behind its length in 16 bits, big-endian. */
final class Bundle {
  private Bundle() {}

  /** The bundle of these entries. */
  static byte[] of(List<byte[]> entries) {
    int length = entries.stream().mapToInt(entry -> Short.BYTES + entry.length).sum();
    ByteBuffer bundle = ByteBuffer.allocate(length);
    for (byte[] entry : entries) {
      bundle.putShort((short) entry.length).put(entry);
    }
    return bundle.array();
  }

  /** The entries that are whole, in their order, and whether nothing else is there. */
  record Entries(List<byte[]> whole, boolean clean) {
    /** The entries, if there are so many and nothing else. */
    Optional<List<byte[]>> exactly(int count) {
      return clean && whole.size() == count ? Optional.of(whole) : Optional.empty();
    }
  }

  /** What a bundle holds. */
  static Entries read(byte[] bundle) {
    ByteBuffer rest = ByteBuffer.wrap(bundle);
    List<byte[]> entries = new ArrayList<>();
    while (rest.remaining() >= Short.BYTES) {
      int length = rest.getShort(rest.position()) & 0xffff;
      if (rest.remaining() < Short.BYTES + length) {
        break;
      }
      byte[] entry = new byte[length];
      rest.position(rest.position() + Short.BYTES).get(entry);
      entries.add(entry);
    }
    return new Entries(entries, !rest.hasRemaining());
  }
}
