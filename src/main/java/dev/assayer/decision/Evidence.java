package dev.assayer.decision;

/**
 * A verified file that a decision rests on, so that the decision can be verified again later.
 *
 * @param validator name of the validator that verified it; empty for a policy
 * @param role what it says, such as {@code root} or {@code targets/releases}
 * @param version the metadata's version
 * @param sha256 hex sha256 of the file, its content address
 * @param length of the file, in bytes
 * @param content the file, which nobody changes; no bytes once it was kept or passed over
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copying up to 32 MiB is not worth it
public record Evidence(
    String validator, String role, long version, String sha256, long length, byte[] content) {

  /** A file. */
  public Evidence(String validator, String role, long version, String sha256, byte[] content) {
    this(validator, role, version, sha256, content.length, content);
  }

  /** The same by name only: decisions are remembered longer than their files should be. */
  public Evidence named() {
    return new Evidence(validator, role, version, sha256, length, new byte[0]);
  }
}
