package dev.assayer.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Lets the process post reviews to its own listener that are decided by another service and counted
 * nowhere.
 *
 * @param token secret of this process, at least 128 bits of entropy
 * @param reviews decides of requests that carry the token
 */
record SelfTestHook(String token, ReviewService reviews) {
  /** The request header that carries the token. */
  static final String HEADER = "Assayer-Self-Test";

  /** Whether a header value is the token; takes the same time for every wrong one. */
  boolean isToken(String value) {
    return MessageDigest.isEqual(
        value.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }

  /** Never the token. */
  @Override
  public String toString() {
    return "self-test";
  }
}
