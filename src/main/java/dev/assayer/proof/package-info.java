/** Recorded decisions verified again, offline, as of their time. */
@org.jspecify.annotations.NullMarked
package dev.assayer.proof;
