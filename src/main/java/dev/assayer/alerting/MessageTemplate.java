package dev.assayer.alerting;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A payload whose strings are phrases. Each string is filled in by itself and encoded as a JSON
 * string afterwards; names, numbers and structure are always those of the template. Immutable.
 */
final class MessageTemplate {
  /** Longest text of one string. */
  static final int MAX_VALUE = 64 * 1024;

  /** Longest text of all strings together; what comes after is cut. */
  static final int MAX_TEXT = 80 * 1024;

  private final Part root;

  private MessageTemplate(Part root) {
    this.root = root;
  }

  private sealed interface Part {}

  private record Fixed(Json value) implements Part {}

  private record Text(String path, Phrase phrase) implements Part {}

  private record Members(List<Map.Entry<String, Part>> members) implements Part {}

  private record Elements(List<Part> elements) implements Part {}

  /**
   * A string that cannot be used.
   *
   * @param path where it stands, such as {@code $.blocks[0].text}
   */
  record Fault(String path, Problem problem) {}

  /** What reading gives. */
  sealed interface Result {}

  /** It can be filled in. */
  record Usable(MessageTemplate template) implements Result {}

  /** It cannot be used, for one reason or more. */
  record Unusable(List<Fault> faults) implements Result {
    Unusable {
      faults = List.copyOf(faults);
    }
  }

  /** Compiles all strings of a payload. */
  static Result read(JsonObject payload, PhraseCompiler compiler) {
    List<Fault> faults = new ArrayList<>();
    Part root = part(payload, "$", compiler, faults);
    return faults.isEmpty() ? new Usable(new MessageTemplate(root)) : new Unusable(faults);
  }

  private static Part part(Json json, String path, PhraseCompiler compiler, List<Fault> faults) {
    return switch (json) {
      case JsonObject object -> {
        List<Map.Entry<String, Part>> members = new ArrayList<>();
        for (Map.Entry<String, Json> member : object.entries()) {
          String below = path + "." + Legible.line(member.getKey(), 60);
          members.add(Map.entry(member.getKey(), part(member.getValue(), below, compiler, faults)));
        }
        yield new Members(members);
      }
      case JsonArray array -> {
        List<Part> elements = new ArrayList<>();
        for (Json element : array.values()) {
          elements.add(part(element, path + "[" + elements.size() + "]", compiler, faults));
        }
        yield new Elements(elements);
      }
      case JsonString(String text) when !PhraseCompiler.isPlain(text) ->
          switch (compiler.compile(text)) {
            case PhraseCompiler.Compiled(Phrase phrase) -> new Text(path, phrase);
            case PhraseCompiler.Refused(Problem problem) -> {
              faults.add(new Fault(path, problem));
              yield new Fixed(json);
            }
          };
      default -> new Fixed(json);
    };
  }

  /**
   * The payload with these values.
   *
   * @throws RenderException if the values do not fit; says where
   */
  JsonObject render(Map<String, Object> values) throws RenderException {
    return new Rendering(values).whole(root);
  }

  private static final class Rendering {
    private final Map<String, Object> values;
    private int left = MAX_TEXT;

    Rendering(Map<String, Object> values) {
      this.values = values;
    }

    JsonObject whole(Part root) throws RenderException {
      return json(root).asObject().orElseThrow();
    }

    private Json json(Part part) throws RenderException {
      return switch (part) {
        case Fixed(Json value) -> value;
        case Text text -> Json.of(text(text));
        case Members(var members) -> {
          JsonObject.Builder object = JsonObject.builder();
          for (Map.Entry<String, Part> member : members) {
            object.put(member.getKey(), json(member.getValue()));
          }
          yield object.build();
        }
        case Elements(var elements) -> {
          List<Json> array = new ArrayList<>();
          for (Part element : elements) {
            array.add(json(element));
          }
          yield new JsonArray(array);
        }
      };
    }

    private String text(Text text) throws RenderException {
      try {
        String rendered =
            text.phrase().render(values, Math.max(Legible.CUT.length(), Math.min(MAX_VALUE, left)));
        left -= rendered.length();
        return rendered;
      } catch (RenderException unfit) {
        throw new RenderException(text.path() + ": " + unfit.getMessage());
      }
    }
  }

  /**
   * Adds fields to a payload: objects are merged member by member, anything else replaces what is
   * there.
   */
  static JsonObject merged(JsonObject payload, JsonObject fields) {
    JsonObject.Builder merged = JsonObject.builder();
    for (Map.Entry<String, Json> member : payload.entries()) {
      merged.put(
          member.getKey(),
          fields
              .get(member.getKey())
              .map(given -> merged(member.getValue(), given))
              .orElse(member.getValue()));
    }
    for (Map.Entry<String, Json> member : fields.entries()) {
      if (!payload.has(member.getKey())) {
        merged.put(member.getKey(), member.getValue());
      }
    }
    return merged.build();
  }

  private static Json merged(Json own, Json given) {
    return own instanceof JsonObject below && given instanceof JsonObject more
        ? merged(below, more)
        : given;
  }
}
