package dev.assayer.remote;

/** User name and password cannot be had; the message says why and holds neither. */
public final class CredentialsUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * For messages to people.
   *
   * @param why one clause
   */
  public CredentialsUnavailable(String why) {
    super(why, null, false, false);
  }
}
