package dev.assayer.alerting;

/**
 * What is wrong with a text of a template.
 *
 * @param what a clause, such as {@code has the unknown variable "x"}
 * @param remedy what to do about it
 */
record Problem(String what, String remedy) {}
