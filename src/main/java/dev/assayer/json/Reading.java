package dev.assayer.json;

import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** One reading of one text: pulls tokens and builds the value, counting against the limits. */
final class Reading {
  /**
   * Names are neither interned nor kept in the tokeniser's hash table, which an attacker could
   * fill; sizes are counted here against {@link JsonLimits}.
   */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .errorReportConfiguration(
              ErrorReportConfiguration.builder().maxErrorTokenLength(40).build())
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(402)
                  .maxNumberLength(1001)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final String NO_NAME = "";

  private final JsonLimits limits;
  private final JsonParser tokens;
  private int valueCount;

  /** Members of the objects and elements of the arrays that are still open, innermost last. */
  private String[] openNames = new String[64];

  private Json[] openValues = new Json[64];
  private int open;

  /** The last names seen at each depth: neighbours mostly have the same, and then share them. */
  private final Names[] lastNames;

  /** Names that are passed over two levels down. */
  private final Set<String> skipped;

  Reading(InputStream utf8, JsonLimits limits, Set<String> skipped) throws JsonException {
    this.limits = limits;
    this.skipped = skipped;
    this.lastNames = new Names[limits.maxDepth() + 1];
    Arrays.fill(lastNames, Names.NONE);
    // An explicit decoder: the tokeniser's own accepts overlong forms and guesses encodings.
    Reader text =
        new InputStreamReader(
            utf8,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    try {
      this.tokens = FACTORY.createParser(text);
    } catch (IOException impossible) {
      throw new JsonException(Quoted.plain(String.valueOf(impossible.getMessage()), 160));
    }
  }

  Json wholeText() throws JsonException {
    try (tokens) {
      JsonToken first = tokens.nextToken();
      if (first == null) {
        throw new JsonException("the text is empty; expected one JSON value");
      }
      Json value = value(first, 0);
      if (tokens.nextToken() != null) {
        throw refuse("something follows the value; expected exactly one JSON value");
      }
      return value;
    } catch (JsonProcessingException malformed) {
      throw refuse(Quoted.plain(forPeople(malformed.getOriginalMessage()), 160));
    } catch (IOException malformed) {
      throw refuse(Quoted.plain(String.valueOf(malformed.getMessage()), 160));
    }
  }

  /** Without the library's own places and switches, which mean nothing to who sent the text. */
  private static String forPeople(String message) {
    int end = message.length();
    for (String tail : List.of(" (start marker at", ": enable `", " (for Object", " (for Array")) {
      int at = message.indexOf(tail);
      end = at >= 0 ? Math.min(end, at) : end;
    }
    return message.substring(0, end);
  }

  private Json value(JsonToken token, int depth) throws IOException, JsonException {
    if (++valueCount > limits.maxValues()) {
      throw refuse("more than " + limits.maxValues() + " values");
    }
    return switch (token) {
      case START_OBJECT -> object(deeper(depth));
      case START_ARRAY -> array(deeper(depth));
      case VALUE_STRING -> string();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
      case VALUE_TRUE -> JsonBoolean.TRUE;
      case VALUE_FALSE -> JsonBoolean.FALSE;
      case VALUE_NULL -> JsonNull.NULL;
      default -> throw refuse("unexpected " + token);
    };
  }

  private int deeper(int depth) throws JsonException {
    if (depth >= limits.maxDepth()) {
      throw refuse("nested deeper than " + limits.maxDepth());
    }
    return depth + 1;
  }

  private Json object(int depth) throws IOException, JsonException {
    int start = open;
    Names likely = lastNames[depth];
    for (JsonToken token = next(); token != JsonToken.END_OBJECT; token = next()) {
      int position = open - start;
      if (position >= limits.maxMembers()) {
        throw refuse("an object has more than " + limits.maxMembers() + " members");
      }
      String name = acceptable(tokens.currentName());
      if (position < likely.size() && likely.at(position).equals(name)) {
        name = likely.at(position);
      }
      push(name, depth == 2 && skipped.contains(name) ? passedOver() : value(next(), depth));
    }
    JsonObject result = open == start ? JsonObject.EMPTY : object(start, likely);
    lastNames[depth] = result.shape();
    open = start;
    return result;
  }

  private Json passedOver() throws IOException, JsonException {
    next();
    tokens.skipChildren();
    return JsonNull.NULL;
  }

  private JsonObject object(int start, Names likely) throws JsonException {
    Json[] values = Arrays.copyOfRange(openValues, start, open);
    if (likely.sameAs(openNames, start, open)) {
      return new JsonObject(likely, values);
    }
    return switch (Names.check(Arrays.copyOfRange(openNames, start, open))) {
      case Names.Checked.Distinct(Names names) -> new JsonObject(names, values);
      case Names.Checked.Duplicate(int position) ->
          throw refuse(
              "the object that ends here has the name "
                  + Quoted.of(openNames[start + position])
                  + " twice");
    };
  }

  private Json array(int depth) throws IOException, JsonException {
    int start = open;
    for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
      push(NO_NAME, value(token, depth));
    }
    Json result =
        open == start
            ? JsonArray.EMPTY
            : new JsonArray(List.of(Arrays.copyOfRange(openValues, start, open)));
    open = start;
    return result;
  }

  private void push(String name, Json value) {
    if (open == openValues.length) {
      openNames = Arrays.copyOf(openNames, open * 2);
      openValues = Arrays.copyOf(openValues, open * 2);
    }
    openNames[open] = name;
    openValues[open++] = value;
  }

  private Json string() throws IOException, JsonException {
    String text = acceptable(tokens.getText());
    return text.isEmpty() ? JsonString.EMPTY : new JsonString(text);
  }

  private Json number() throws IOException, JsonException {
    String text = tokens.getText();
    if (text.length() > limits.maxNumberLength()) {
      throw refuse(
          "a number of " + text.length() + " characters, over " + limits.maxNumberLength());
    }
    JsonNumber number = new JsonNumber(text);
    if (limits.canonicalOnly() && !number.isInteger()) {
      throw refuse("the number " + text + "; only plain integers are allowed here");
    }
    return number;
  }

  private String acceptable(String text) throws JsonException {
    if (text.length() > limits.maxStringLength()) {
      throw refuse("a string of " + text.length() + " units, over " + limits.maxStringLength());
    }
    if (limits.canonicalOnly() && !CanonicalJson.roundTrips(text)) {
      throw refuse("control character or lone surrogate in " + Quoted.of(text));
    }
    return text;
  }

  private JsonToken next() throws IOException, JsonException {
    JsonToken token = tokens.nextToken();
    if (token == null) {
      throw refuse("the text ends inside a value");
    }
    return token;
  }

  private JsonException refuse(String what) {
    JsonLocation at = tokens.currentLocation();
    return new JsonException(
        "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": " + what);
  }
}
