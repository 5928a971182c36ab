/**
 * Metrics, traces and log lines: what was decided, in the forms that Prometheus, OpenTelemetry and
 * log pipelines read. It is told what happened; it never decides anything, and nothing waits for
 * it.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.telemetry;
