package dev.assayer.server;

/**
 * Whether the configuration in force is what the files say.
 *
 * @param current false while the files hold something that was refused
 * @param detail why it was refused, or which digest is in force
 * @param policyDigest digest in force
 * @param generation counts the configurations applied by this process, from 1
 */
record PolicyStatus(boolean current, String detail, String policyDigest, long generation) {}
