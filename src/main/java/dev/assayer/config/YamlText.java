package dev.assayer.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** From the contents of a file of ours to its YAML. */
final class YamlText {
  private YamlText() {}

  /** The text of these bytes. */
  static String decode(byte[] bytes) throws YamlProblem {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new YamlProblem(0, 0, "is not UTF-8 text", "save it as UTF-8");
    }
  }

  /** The one document of a text. */
  static YamlNode document(String text) throws YamlProblem {
    if (text.startsWith("\ufeff")) {
      throw new YamlProblem(1, 1, "starts with a byte order mark", "save it as UTF-8 without one");
    }
    return YamlComposer.compose(text)
        .orElseThrow(() ->
            new YamlProblem(
                0, 0, "is empty", "start with apiVersion: " + ConfigReader.API_VERSION));
  }
}
