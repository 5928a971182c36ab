package dev.assayer.decision;

/**
 * A key whose signature was verified.
 *
 * @param role the role or trust root that the key signed as, such as {@code targets/lou}
 * @param keyId the key's id in its own format, lower-case hex
 * @param algorithm key type, such as {@code ecdsa-p256}
 * @param firstSeen true if this process had not seen the key in this role before
 */
public record Signer(String role, String keyId, String algorithm, boolean firstSeen) {}
