/**
 * Everything that talks to the Kubernetes API: the webhook objects and whether they are what was
 * applied, the bootstrap sentinel, Secrets by name, Leases and Events. fabric8 carries the
 * requests; what they hold is read by room {@code json}. Each call is bounded in time and size, and
 * what goes wrong is a value: nothing here makes a decision, so nothing here can admit an image.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.cluster;
