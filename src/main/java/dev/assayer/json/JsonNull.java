package dev.assayer.json;

/** The JSON value {@code null}. */
public enum JsonNull implements Json {
  NULL;

  @Override
  public String kind() {
    return "null";
  }
}
