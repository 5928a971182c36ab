/** Assayer, an admission appliance that verifies image signatures. */
@org.jspecify.annotations.NullMarked
package dev.assayer;
