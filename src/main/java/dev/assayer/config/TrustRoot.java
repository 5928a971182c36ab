package dev.assayer.config;

/**
 * One trust root of a validator.
 *
 * @param name the name that rules use; unique in its validator
 * @param line line of the entry in the file
 * @param material what is trusted
 */
public record TrustRoot(String name, int line, RootMaterial material) {}
