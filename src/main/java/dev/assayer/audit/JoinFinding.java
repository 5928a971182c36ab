package dev.assayer.audit;

import java.time.Instant;
import java.util.Locale;

/**
 * Something that only one of the two logs knows, or that they tell differently.
 *
 * @param subject the request or the record, for people
 * @param why one clause
 */
public record JoinFinding(
    Kind kind, Instant time, String recordId, String auditId, String subject, String why) {

  /** What is wrong. */
  public enum Kind {
    /** The API server admitted something and names no record of ours. */
    ADMITTED_WITHOUT_RECORD,
    /** The API server got no answer and admitted all the same. */
    FAILED_OPEN,
    /** The API server names a record that no log has. */
    RECORD_MISSING,
    /** A record of no request that the API server knows. */
    RECORD_WITHOUT_REQUEST,
    /** As that, and asked for by somebody who is not the API server. */
    RECORD_PLANTED,
    /** The record does not say what the API server was told. */
    RECORD_DIFFERS,
    /** Two requests name one record. */
    RECORD_NAMED_TWICE;

    /** The stable word. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
