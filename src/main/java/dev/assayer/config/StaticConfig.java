package dev.assayer.config;

import java.util.List;

/**
 * A validator that gives the same answer to every image.
 *
 * @param name the name that rules use
 * @param line line of the entry in the file
 * @param approve the answer
 */
public record StaticConfig(String name, int line, boolean approve) implements ValidatorConfig {

  @Override
  public String type() {
    return "static";
  }

  @Override
  public List<TrustRoot> trustRoots() {
    return List.of();
  }
}
