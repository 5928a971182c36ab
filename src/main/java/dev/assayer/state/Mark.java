package dev.assayer.state;

/**
 * The newest metadata of a role that was ever verified.
 *
 * @param version its version
 * @param signedSha256 hex sha256 of its canonical {@code signed} part; another content under the
 *     same version is equivocation
 */
public record Mark(long version, String signedSha256) {}
