package dev.assayer.remote;

import java.time.Duration;
import java.util.Optional;

/** What became of a parcel. Nothing here names the address or a header. */
public sealed interface CourierResult {

  /** A word of a closed set, for metrics. */
  String code();

  /** Whether the same parcel may have better luck a little later. */
  boolean worthRepeating();

  /**
   * It was taken: an answer of 200 to 299.
   *
   * @param said the beginning of the answer's body, as it came
   */
  record Delivered(int status, String said) implements CourierResult {
    @Override
    public String code() {
      return "delivered";
    }

    @Override
    public boolean worthRepeating() {
      return false;
    }
  }

  /**
   * Any other answer. A redirect is one: it is never followed.
   *
   * @param retryAfter how long the receiver asks to wait
   * @param said the beginning of the answer's body, as it came
   */
  record Refused(int status, Optional<Duration> retryAfter, String said) implements CourierResult {
    @Override
    public String code() {
      return switch (status / 100) {
        case 3 -> CallResult.REDIRECT_BLOCKED.code();
        case 4 -> status == 429 ? CallResult.STATUS_429.code() : CallResult.STATUS_4XX.code();
        case 5 -> CallResult.STATUS_5XX.code();
        default -> CallResult.MALFORMED.code();
      };
    }

    /** RFC 9110 section 15.6, RFC 6585 section 4, RFC 8470 section 5.2. */
    @Override
    public boolean worthRepeating() {
      return status >= 500 || status == 408 || status == 425 || status == 429;
    }
  }

  /**
   * There was no answer.
   *
   * @param result in what way
   * @param why one clause without the address
   */
  record Failed(CallResult result, String why) implements CourierResult {
    @Override
    public String code() {
      return result.code();
    }

    @Override
    public boolean worthRepeating() {
      return switch (result) {
        case CONNECT, DNS, TIMEOUT -> true;
        default -> false;
      };
    }
  }

  /**
   * Nothing was sent.
   *
   * @param why one clause without the address
   * @param passing whether that may be over soon
   */
  record Unsent(String why, boolean passing) implements CourierResult {
    @Override
    public String code() {
      return "unreadable";
    }

    @Override
    public boolean worthRepeating() {
      return passing;
    }
  }
}
