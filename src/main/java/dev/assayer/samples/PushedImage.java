package dev.assayer.samples;

/**
 * A manifest in the registry.
 *
 * @param repository path without host: {@code acme/app}
 * @param digest {@code sha256:} and 64 hex digits, of the manifest
 * @param length of the manifest in bytes
 */
public record PushedImage(String repository, String digest, long length) {}
