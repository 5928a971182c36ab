package dev.assayer.state;

/**
 * The root file that was last trusted, from which a newer one must descend.
 *
 * @param pins fingerprint of the pinned keys under which it was accepted
 * @param file the file's bytes as served, held as text so that the record compares by content
 */
public record RootMemory(String pins, String file) {}
