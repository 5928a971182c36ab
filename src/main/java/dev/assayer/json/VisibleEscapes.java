package dev.assayer.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import org.jspecify.annotations.Nullable;

/**
 * Escapes every UTF-16 unit that does not stand visibly for itself: controls, bidi and zero-width
 * characters, line separators, odd spaces, private and unassigned code points, fillers, variation
 * selectors; and all of the supplementary planes, whose units cannot be judged one by one.
 */
final class VisibleEscapes extends CharacterEscapes {
  private static final long serialVersionUID = 1L;

  private final int[] ascii = standardAsciiEscapesForJSON();

  VisibleEscapes() {
    ascii[0x7f] = ESCAPE_STANDARD;
  }

  @Override
  public int[] getEscapeCodesForAscii() {
    return ascii.clone();
  }

  @Override
  public @Nullable SerializableString getEscapeSequence(int unit) {
    return visible(unit) ? null : new SerializedString(Quoted.hex((char) unit));
  }

  private static boolean visible(int unit) {
    if (isFiller(unit)) {
      return false;
    }
    return switch (Character.getType(unit)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** Letters and marks by category that draw nothing (Unicode Default_Ignorable_Code_Point). */
  private static boolean isFiller(int unit) {
    return unit == 0x034f
        || unit == 0x115f
        || unit == 0x1160
        || unit == 0x17b4
        || unit == 0x17b5
        || unit == 0x3164
        || unit == 0xffa0
        || (unit >= 0x180b && unit <= 0x180f)
        || (unit >= 0xfe00 && unit <= 0xfe0f);
  }
}
