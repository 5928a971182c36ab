package dev.assayer.state;

/**
 * Address of verified content.
 *
 * @param sha256 hex sha256 of the file
 * @param verifiedBy fingerprint of role, keys and threshold that it was verified against: content
 *     is trusted only for exactly those
 */
public record ContentKey(String sha256, String verifiedBy) {}
