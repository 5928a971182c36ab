package dev.assayer.config;

/** Grammars of Kubernetes names, checked in linear time. */
public final class KubernetesNames {
  private static final int MAX_SUBDOMAIN = 253;
  private static final int MAX_LABEL = 63;

  private KubernetesNames() {}

  /** Key of a label: an optional DNS prefix and {@code /}, then a name of at most 63. */
  static boolean labelKey(String text) {
    int slash = text.indexOf('/');
    String name = text.substring(slash + 1);
    return (slash < 0 || subdomain(text.substring(0, slash)))
        && !name.isEmpty()
        && name.length() <= MAX_LABEL
        && alphanumeric(name.charAt(0))
        && alphanumeric(name.charAt(name.length() - 1))
        && name.chars().allMatch(c -> alphanumeric(c) || c == '-' || c == '_' || c == '.');
  }

  /** Name of an object such as a Secret (RFC 1123 subdomain). */
  static boolean subdomain(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_SUBDOMAIN
        && lower(text.charAt(0))
        && lower(text.charAt(text.length() - 1))
        && !text.contains("..")
        && text.chars().allMatch(c -> lower(c) || c == '-' || c == '.');
  }

  /** Name of a namespace, or a pattern of one with {@code *}. */
  static boolean namespacePattern(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_LABEL
        && text.chars().allMatch(c -> lower(c) || c == '-' || c == '*');
  }

  /** Name of a namespace (RFC 1123 label). */
  public static boolean label(String text) {
    return text.length() <= MAX_LABEL && subdomain(text) && !text.contains(".");
  }

  private static boolean lower(int c) {
    return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
  }

  private static boolean alphanumeric(int c) {
    return lower(c) || c >= 'A' && c <= 'Z';
  }
}
