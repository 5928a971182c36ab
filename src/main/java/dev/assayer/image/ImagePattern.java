package dev.assayer.image;

import java.util.ArrayList;
import java.util.List;

/**
 * A rule's pattern for image names. Any string is one. {@code *} matches any run of characters,
 * slashes too, the empty run too; all else matches itself, case-sensitively; both ends are
 * anchored. A pattern without a tag gets {@code :*}; a tag is a {@code :} after the last {@code /}.
 *
 * <p>Two patterns are equal when they match alike letter by letter, whether or not the {@code :*}
 * was written.
 */
public final class ImagePattern {
  private static final String ANY_TAG = ":*";

  private final String written;
  private final String text;
  private final List<String> components;
  private final Glob glob;

  private ImagePattern(String written, String text) {
    this.written = written;
    this.text = text;
    this.components = components(text);
    this.glob = Glob.of(text);
  }

  /** The pattern written so; never fails. */
  public static ImagePattern of(String written) {
    boolean tagged = written.indexOf(':', written.lastIndexOf('/') + 1) >= 0;
    return new ImagePattern(written, tagged ? written : written + ANY_TAG);
  }

  /**
   * Splits a pattern's text or a match name at each {@code /}; the tag stays with the last part.
   */
  public static List<String> components(String text) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', from)) {
      parts.add(text.substring(from, slash));
      from = slash + 1;
    }
    parts.add(text.substring(from));
    return List.copyOf(parts);
  }

  /** The pattern as configured. */
  public String written() {
    return written;
  }

  /** The pattern with its tag. */
  public String text() {
    return text;
  }

  /** The parts of {@link #text} between slashes, at least one, in order. */
  public List<String> components() {
    return components;
  }

  /**
   * Whether the pattern matches a whole name, see {@link ImageReference#matchName}. Time is linear
   * in the name's length, whatever the pattern.
   */
  public boolean matches(String matchName) {
    return glob.matches(matchName);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImagePattern pattern && text.equals(pattern.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
