package dev.assayer.cluster;

import dev.assayer.remote.Credentials;

/** Gives credentials that are kept in Secrets. */
public interface CredentialSource {
  /**
   * The credentials in a Secret of the own namespace, read anew as it changes.
   *
   * @param secretName the Secret's name
   * @param host the host they are for, as in the configuration
   * @return suppliers that throw {@link dev.assayer.remote.CredentialsUnavailable} with the reason
   */
  Credentials credentials(String secretName, String host);
}
