/** The static validator: one configured answer for every image, no signature looked at. */
@org.jspecify.annotations.NullMarked
package dev.assayer.validation.fixed;
