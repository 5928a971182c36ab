package dev.assayer.audit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What the journal holds for one write to the disk: the entries that were written together. A magic
 * number, the length of the rest, its CRC-32C; then the index of the first entry, the size that was
 * signed when it was written, the number of entries, and each behind its length, all big-endian.
 *
 * @param first index of the first entry
 * @param signed size of the last checkpoint published before
 */
record Frame(long first, long signed, List<byte[]> entries) {
  static final int MAGIC = 0x41_4a_4e_31;
  private static final int HEAD = 3 * Integer.BYTES;
  private static final int FIXED = 2 * Long.BYTES + Integer.BYTES;
  private static final int MAX_BODY = 1 << 30;

  /** The index behind the last entry. */
  long end() {
    return first + entries.size();
  }

  /** The bytes of a frame. */
  ByteBuffer bytes() {
    int body = FIXED + entries.stream().mapToInt(entry -> Integer.BYTES + entry.length).sum();
    ByteBuffer frame = ByteBuffer.allocate(HEAD + body);
    frame.putInt(MAGIC).putInt(body).putInt(0);
    frame.putLong(first).putLong(signed).putInt(entries.size());
    entries.forEach(entry -> frame.putInt(entry.length).put(entry));
    frame.putInt(2 * Integer.BYTES, crc(frame.array(), HEAD, body));
    return frame.flip();
  }

  /** The frame at the position of these bytes, which moves behind it; else it stays. */
  static Optional<Frame> read(ByteBuffer from) {
    int start = from.position();
    if (from.remaining() < HEAD + FIXED || from.getInt(start) != MAGIC) {
      return Optional.empty();
    }
    int body = from.getInt(start + Integer.BYTES);
    if (body < FIXED || body > MAX_BODY || body > from.remaining() - HEAD) {
      return Optional.empty();
    }
    byte[] bytes = new byte[body];
    from.get(start + HEAD, bytes);
    if (crc(bytes, 0, body) != from.getInt(start + 2 * Integer.BYTES)) {
      return Optional.empty();
    }
    Optional<Frame> frame = parsed(ByteBuffer.wrap(bytes));
    frame.ifPresent(_ -> from.position(start + HEAD + body));
    return frame;
  }

  private static Optional<Frame> parsed(ByteBuffer body) {
    long first = body.getLong();
    long signed = body.getLong();
    int count = body.getInt();
    List<byte[]> entries = new ArrayList<>();
    while (body.remaining() >= Integer.BYTES) {
      int length = body.getInt();
      if (length < 0 || length > body.remaining()) {
        return Optional.empty();
      }
      byte[] entry = new byte[length];
      body.get(entry);
      entries.add(entry);
    }
    return body.hasRemaining() || entries.size() != count || first < 0
        ? Optional.empty()
        : Optional.of(new Frame(first, signed, List.copyOf(entries)));
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
