/**
 * What outlives one request: marks against rollback and equivocation, content-addressed memory of
 * verified metadata, and single flight. In process now; {@link dev.assayer.state.TrustState} is the
 * seam for shared state.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.state;
