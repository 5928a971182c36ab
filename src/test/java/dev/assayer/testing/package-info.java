/**
 * What tests share: a certificate authority and a server that misbehaves on command; and the real
 * Notary as processes of its own, what it is asked to sign, and the recordings of it that are
 * verified where it is not installed.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.testing;
