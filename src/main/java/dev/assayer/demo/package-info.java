/**
 * Embedded servers with sample data, a Notary v1 server and an OCI registry on loopback over TLS,
 * and the guided run that shows Assayer against them. Nothing here decides about trust.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.demo;
