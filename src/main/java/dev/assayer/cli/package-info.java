/**
 * The command line: one class a command, and {@code Main}, which alone may end the process. The top
 * floor; nothing uses it.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.cli;
