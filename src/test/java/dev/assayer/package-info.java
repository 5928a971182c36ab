/** Tests of the whole: who may use whom, what ships, and how every source file must look. */
@org.jspecify.annotations.NullMarked
package dev.assayer;
