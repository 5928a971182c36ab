package dev.assayer.json;

import java.util.Optional;

/** The two JSON truth values. */
public enum JsonBoolean implements Json {
  TRUE,
  FALSE;

  @Override
  public String kind() {
    return "a boolean";
  }

  @Override
  public Optional<Boolean> asBoolean() {
    return Optional.of(this == TRUE);
  }
}
