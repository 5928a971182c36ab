/**
 * The one hardened HTTP client: https only, own trust anchors, no foreign redirects, byte caps, one
 * total deadline a call, credentials for the configured host and its realm alone.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.remote;
