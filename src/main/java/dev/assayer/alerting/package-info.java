/**
 * Messages about decisions to any endpoint that takes JSON. A receiver has a template, whose
 * strings are rendered one by one, a window in which the same is told once, and a bounded queue;
 * nothing that a receiver does delays an admission, unless the operator asked for that.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.alerting;
