package dev.assayer.cluster;

import java.util.Map;

/**
 * How the webhook stood when it was looked at last.
 *
 * @param term whether requests may come: the webhook is there, or a sentinel stands for it
 * @param integrity whether all webhook objects are there and as they were applied
 * @param sentinel whether no pod passes itself off as the sentinel
 * @param api whether the API server answered all that was asked
 * @param drift for each field that differs, one clause
 */
public record WebhookStanding(
    Part term, Part integrity, Part sentinel, Part api, Map<DriftField, String> drift) {

  /**
   * One part of it.
   *
   * @param detail one sentence for people
   */
  public record Part(boolean holds, String detail) {}

  /** Before the first look. */
  static WebhookStanding unknown() {
    Part none = new Part(false, "not looked at yet");
    return new WebhookStanding(none, none, none, none, Map.of());
  }
}
