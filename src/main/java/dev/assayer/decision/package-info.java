/**
 * The vocabulary of a decision: verdict, reason, outcome, mode, stage timings and the record. It
 * knows no wire format and no other room.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.decision;
