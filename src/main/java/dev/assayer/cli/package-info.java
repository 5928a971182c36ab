/**
 * The command line: one class a command, and {@code Main}, which alone may end the process. The top
 * floor; nothing uses it. {@code CommandTree} lists the commands; {@code Session} holds what they
 * may touch of the outside: the three streams and the environment.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.cli;
