/** The evidence of decisions: each one as one line of JSON. */
@org.jspecify.annotations.NullMarked
package dev.assayer.audit;
