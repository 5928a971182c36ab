package dev.assayer.telemetry;

/**
 * All metrics at one moment.
 *
 * @param contentType the media type of {@code body}, with version and charset
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; written out once
public record Scrape(String contentType, byte[] body) {}
