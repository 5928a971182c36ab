package dev.assayer.image;

/**
 * What is wrong with a part of a reference.
 *
 * @param at offset in the part
 * @param what a clause for the message
 */
record Fault(int at, String what) {
  Fault shifted(int by) {
    return new Fault(at + by, what);
  }
}
