package dev.assayer.policy;

import java.util.List;
import java.util.Optional;

/**
 * How far into a normalised name a reader is, and what it must remember of it. The next character
 * leads to one state or to none.
 *
 * @param part what was read last
 * @param number by part: the port's digits, the path components still needed, the tag's length
 * @param trail the host so far where it may become one of the special hosts, else {@link #OTHER};
 *     the port so far in as much as it matters
 * @param host what kind of host it is, as far as known
 */
record NameState(Part part, int number, String trail, HostKind host) {
  static final int TAG_LIMIT = 128;
  private static final String OTHER = "#";
  private static final String DOCKER_HUB = "docker.io";
  private static final String LOCALHOST = "localhost";

  /** An alias is never a normalised host. */
  private static final String ALIAS = "index.docker.io";

  private static final List<String> SPECIAL = List.of(DOCKER_HUB, ALIAS, LOCALHOST);
  private static final String LARGEST_PORT = "65535";
  private static final String DROPPED_PORT = "443";
  private static final String LESS = "<";
  private static final String GREATER = ">";

  /** The parts of a name. */
  enum Part {
    LABEL_START,
    LABEL,
    LABEL_DASH,
    ADDRESS_START,
    ADDRESS,
    ADDRESS_END,
    PORT,
    COMPONENT_START,
    COMPONENT,
    DOT,
    UNDERSCORE,
    UNDERSCORES,
    DASH,
    TAG
  }

  /** Whether the first component of a name looks like a host. */
  enum HostKind {
    /** {@code localhost}, or it has a dot or is an address: no one takes it for a path. */
    PLAIN,
    /** One label with a port: {@code registry:5000}. */
    LABEL_AND_PORT,
    /** One label; an image has it only when it was written in upper case or with {@code :443}. */
    BARE_LABEL
  }

  static NameState start() {
    return new NameState(Part.LABEL_START, 0, "", HostKind.BARE_LABEL);
  }

  boolean accepts() {
    return part == Part.TAG;
  }

  /** Whether characters read so far count towards the limit of host and path. */
  boolean inRepository() {
    return part != Part.TAG;
  }

  Optional<NameState> next(char c) {
    return switch (part) {
      case LABEL_START, LABEL, LABEL_DASH -> inHost(c);
      case ADDRESS_START, ADDRESS, ADDRESS_END -> inAddress(c);
      case PORT -> inPort(c);
      case COMPONENT_START, COMPONENT, DOT, UNDERSCORE, UNDERSCORES, DASH -> inPath(c);
      case TAG -> inTag(c);
    };
  }

  /** The state with no more known of a tag's length than that it has one. */
  NameState withoutTagLength() {
    return part == Part.TAG && number > 1 ? new NameState(part, 1, trail, host) : this;
  }

  private Optional<NameState> inHost(char c) {
    if (isAlphanumeric(c)) {
      return Optional.of(new NameState(Part.LABEL, 0, extended(c), host));
    }
    if (c == '-' && part != Part.LABEL_START) {
      return Optional.of(new NameState(Part.LABEL_DASH, 0, OTHER, host));
    }
    if (c == '[' && part == Part.LABEL_START && trail.isEmpty()) {
      return Optional.of(new NameState(Part.ADDRESS_START, 0, OTHER, HostKind.BARE_LABEL));
    }
    if (part != Part.LABEL) {
      return Optional.empty();
    }
    return switch (c) {
      case '.' -> Optional.of(new NameState(Part.LABEL_START, 0, extended(c), HostKind.PLAIN));
      case ':' -> Optional.of(port());
      case '/' -> trail.equals(ALIAS) ? Optional.empty() : Optional.of(path());
      default -> Optional.empty();
    };
  }

  private Optional<NameState> inAddress(char c) {
    if (part == Part.ADDRESS_END) {
      return switch (c) {
        case ':' -> Optional.of(port());
        case '/' -> Optional.of(path());
        default -> Optional.empty();
      };
    }
    if (c == ':' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
      HostKind kind = c == ':' ? HostKind.PLAIN : host;
      return Optional.of(new NameState(Part.ADDRESS, 0, OTHER, kind));
    }
    return c == ']' && part == Part.ADDRESS
        ? Optional.of(new NameState(Part.ADDRESS_END, 0, OTHER, host))
        : Optional.empty();
  }

  private NameState port() {
    boolean plain = host == HostKind.PLAIN || trail.equals(LOCALHOST);
    return new NameState(Part.PORT, 0, "", plain ? HostKind.PLAIN : HostKind.LABEL_AND_PORT);
  }

  private Optional<NameState> inPort(char c) {
    if (c == '/') {
      boolean complete = number > 0 && !trail.equals(DROPPED_PORT);
      return complete ? Optional.of(componentStart(1, host)) : Optional.empty();
    }
    boolean digit = c >= (number == 0 ? '1' : '0') && c <= '9';
    if (!digit || number == LARGEST_PORT.length()) {
      return Optional.empty();
    }
    int length = number + 1;
    String order = portTrail(c, length);
    return length == LARGEST_PORT.length() && order.equals(GREATER)
        ? Optional.empty()
        : Optional.of(new NameState(Part.PORT, length, order, host));
  }

  /** The digits while they may become 443 or 65535, then how they compare with those of 65535. */
  private String portTrail(char digit, int length) {
    if (trail.equals(LESS) || trail.equals(GREATER)) {
      return trail;
    }
    String digits = trail + digit;
    if (DROPPED_PORT.startsWith(digits) || LARGEST_PORT.startsWith(digits)) {
      return digits;
    }
    return digits.compareTo(LARGEST_PORT.substring(0, length)) < 0 ? LESS : GREATER;
  }

  private NameState path() {
    boolean local = trail.equals(LOCALHOST);
    return componentStart(trail.equals(DOCKER_HUB) ? 2 : 1, local ? HostKind.PLAIN : host);
  }

  private static NameState componentStart(int needed, HostKind host) {
    return new NameState(Part.COMPONENT_START, needed, OTHER, host);
  }

  private Optional<NameState> inPath(char c) {
    if (isAlphanumeric(c)) {
      return inComponent(Part.COMPONENT);
    }
    return switch (c) {
      case '.' -> part == Part.COMPONENT ? inComponent(Part.DOT) : Optional.empty();
      case '-' ->
          part == Part.COMPONENT || part == Part.DASH ? inComponent(Part.DASH) : Optional.empty();
      case '_' ->
          switch (part) {
            case COMPONENT -> inComponent(Part.UNDERSCORE);
            case UNDERSCORE -> inComponent(Part.UNDERSCORES);
            default -> Optional.empty();
          };
      case '/' ->
          part == Part.COMPONENT
              ? Optional.of(componentStart(Math.max(1, number - 1), host))
              : Optional.empty();
      case ':' ->
          part == Part.COMPONENT && number == 1
              ? Optional.of(new NameState(Part.TAG, 0, OTHER, host))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private Optional<NameState> inComponent(Part to) {
    return Optional.of(new NameState(to, number, OTHER, host));
  }

  private Optional<NameState> inTag(char c) {
    boolean first = number == 0;
    boolean word = isAlphanumeric(c) || (c >= 'A' && c <= 'Z') || c == '_';
    return number < TAG_LIMIT && (word || (!first && (c == '.' || c == '-')))
        ? Optional.of(new NameState(Part.TAG, number + 1, OTHER, host))
        : Optional.empty();
  }

  private String extended(char c) {
    String longer = trail + c;
    return SPECIAL.stream().anyMatch(special -> special.startsWith(longer)) ? longer : OTHER;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  }
}
