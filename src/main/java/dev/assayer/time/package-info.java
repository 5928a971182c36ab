/** Time as verification needs it: one monotonic deadline that a request carries everywhere. */
@org.jspecify.annotations.NullMarked
package dev.assayer.time;
