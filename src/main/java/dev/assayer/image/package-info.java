/**
 * Image names: one strict parser to one normal form, the digests that pin, and the patterns that
 * policy is written in. Everything here takes any string, answers in linear time and never throws
 * on input.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.image;
