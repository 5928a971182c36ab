/**
 * Keys, signatures, certificates and TLS trust. A key enters only through {@link
 * dev.assayer.crypto.VerificationKey}, which applies one key policy whatever the source; a
 * signature is checked only through {@link dev.assayer.crypto.SignatureVerifier}, whose providers
 * had to pass a known-answer test. Malformed input is a sealed value with the reason, never an
 * exception.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.crypto;
