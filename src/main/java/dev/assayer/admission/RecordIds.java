package dev.assayer.admission;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/** Makes record ids: UUID version 7 (RFC 9562 section 5.7), which sort by the millisecond. */
final class RecordIds {
  private final SecureRandom random = new SecureRandom();

  /** A new id for a record of this time. */
  String next(Instant time) {
    long millis = time.toEpochMilli() & 0xFFFF_FFFF_FFFFL;
    long high = millis << 16 | 0x7000 | random.nextInt(1 << 12);
    long low = 1L << 63 | random.nextLong() >>> 2;
    return new UUID(high, low).toString();
  }
}
