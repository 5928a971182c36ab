package dev.assayer.decision;

import java.util.Locale;

/** Why a request was refused before any decision, with its HTTP status. */
public enum Refusal {
  BODY_TOO_LARGE(413),
  BAD_CONTENT_TYPE(415),
  BAD_JSON(400),
  BAD_REVIEW(400),
  SHUTTING_DOWN(503),
  BAD_FRAMING(400),
  SLOW_CLIENT(408),
  CONNECTION_LIMIT(503);

  private final int status;

  Refusal(int status) {
    this.status = status;
  }

  /** The stable word in logs and metrics. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The HTTP status of the answer. */
  public int status() {
    return status;
  }
}
