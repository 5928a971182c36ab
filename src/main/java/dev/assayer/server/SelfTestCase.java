package dev.assayer.server;

import dev.assayer.decision.Reason;

/** A question with a known answer. The names are those of the metric. */
enum SelfTestCase {
  /** Signed by the pinned keys: must be admitted, with exactly the signed digest. */
  KNOWN_GOOD_DCT("known_good_dct", "good:signed", Reason.SIGNATURE_VALID),
  /** The list of targets signed by another key, under its own id and the right one's: denied. */
  KNOWN_BAD_DCT("known_bad_dct", "bad:signed", Reason.SIGNATURE_INVALID),
  /** A tag that nobody signed: must be denied. */
  UNSIGNED("unsigned", "good:unsigned", Reason.TAG_NOT_SIGNED);

  private final String code;
  private final String name;
  private final Reason expected;

  SelfTestCase(String code, String name, Reason expected) {
    this.code = code;
    this.name = name;
    this.expected = expected;
  }

  /** Value of the metric's label. */
  String code() {
    return code;
  }

  /** The image that is asked about. */
  String image() {
    return SelfTestWorld.HOST + "/" + name;
  }

  /** The reason that must be given. */
  Reason expected() {
    return expected;
  }
}
