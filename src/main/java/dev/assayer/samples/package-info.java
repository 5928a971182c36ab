/**
 * Makes signed sample trust data: TUF repositories with all their keys, certificate authorities and
 * server identities, in memory, made at start. The self-test and the demo verify what it signs; the
 * tests craft hostile repositories with it, through hooks that edit what is signed, the signatures
 * and the bytes that are served. Nothing here decides about trust.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.samples;
