package dev.assayer.audit;

import java.time.Duration;

/**
 * How much of a log is kept; whichever limit is met first.
 *
 * @param age of the oldest entry
 * @param size bytes of entries and long records
 */
public record RetentionRule(Duration age, long size) {}
