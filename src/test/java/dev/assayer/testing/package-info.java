/** Fakes that several rooms' tests share: a certificate authority, a faulty server, a resolver. */
@org.jspecify.annotations.NullMarked
package dev.assayer.testing;
