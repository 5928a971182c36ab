/** Measurements: what verification costs beside what its network calls alone cost, in one run. */
@org.jspecify.annotations.NullMarked
package dev.assayer.bench;
