package dev.assayer.config;

import java.util.List;
import java.util.Optional;

/** One entry of {@code validators}. */
public sealed interface ValidatorConfig
    permits NotaryV1Config, CosignConfig, NotationConfig, StaticConfig {

  /** The name that rules use; unique in the file. */
  String name();

  /** Line of the entry in the file, from 1. */
  int line();

  /** The word written as {@code type}, such as {@code notaryV1}. */
  String type();

  /** The trust roots in file order, names distinct; empty for a static validator. */
  List<TrustRoot> trustRoots();

  /** The trust root of that name, if configured. */
  default Optional<TrustRoot> trustRoot(String root) {
    return trustRoots().stream().filter(candidate -> candidate.name().equals(root)).findFirst();
  }
}
