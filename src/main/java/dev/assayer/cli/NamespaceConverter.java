package dev.assayer.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A Kubernetes namespace: a label of RFC 1123, so that a typing error does not select no rule. */
final class NamespaceConverter implements ITypeConverter<String> {
  private static final int MAX_LENGTH = 63;

  @Override
  public String convert(String name) {
    boolean label =
        !name.isEmpty()
            && name.length() <= MAX_LENGTH
            && name.chars().allMatch(c -> c == '-' || isAlphanumeric(c))
            && isAlphanumeric(name.charAt(0))
            && isAlphanumeric(name.charAt(name.length() - 1));
    if (!label) {
      throw new TypeConversionException(
          "\""
              + Screen.line(name)
              + "\" is not the name of a namespace: use lower-case letters, digits and -, at most "
              + MAX_LENGTH);
    }
    return name;
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }
}
