/**
 * Embedded servers with sample data: a Notary v1 server, an OCI registry and the signer of TUF
 * repositories behind them, all on loopback over TLS with keys made at start. The {@code demo}
 * command shows Assayer against them; the tests use the same signer to craft hostile repositories,
 * through hooks that edit what is signed, the signatures and the bytes that are served. Nothing
 * here decides about trust.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.demo;
