package dev.assayer.config;

/**
 * A value of the file and where it stands.
 *
 * @param path dotted path, such as {@code validators[0].host}
 * @param node the value
 */
record Field(String path, YamlNode node) {

  /** The path of something inside this value. */
  String child(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** The element of this list. */
  Field item(int index, YamlNode item) {
    return new Field(path + "[" + index + "]", item);
  }

  int line() {
    return node.line();
  }
}
