package dev.assayer.admission;

/** What kind of place an image is named at; two places are the same only if of the same type. */
enum ContainerType {
  CONTAINER("container"),
  INIT_CONTAINER("initContainer"),
  EPHEMERAL_CONTAINER("ephemeralContainer"),
  VOLUME("volume");

  private final String code;

  ContainerType(String code) {
    this.code = code;
  }

  /** The word in records. */
  String code() {
    return code;
  }
}
