package dev.assayer.decision;

/**
 * Where a decision is in the log.
 *
 * @param index its place, from 0
 * @param leafHash lower-case hex of the hash of its entry (RFC 6962)
 * @param record the record as it is kept, JSON on one line
 */
public record Logged(long index, String leafHash, String record) {}
