package dev.assayer.remote;

import java.util.Optional;

/**
 * One GET.
 *
 * @param path absolute path on the host, already escaped, such as {@code /v2/…}
 * @param stage name of the stage in the stage log, such as {@code timestamp}
 * @param action what is done, for messages: {@code GET timestamp.json}
 * @param maxBytes cap of the body; one byte more is {@code too_large}
 * @param pullScope repository for which a Bearer token with {@code pull} is asked when the server
 *     demands one
 */
public record Fetch(
    String path, String stage, String action, long maxBytes, Optional<String> pullScope) {}
