package dev.assayer.e2e;

import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import dev.assayer.testing.ControlPlane;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The real kubectl in one namespace, as a user types it. */
final class Kubectl {
  /** What stands before the output of a command that failed. */
  private static final String ENDED = " ended with 1: ";

  private final ControlPlane plane;
  private final String namespace;

  /**
   * What a command came to.
   *
   * @param text what it wrote, both streams
   */
  record Said(boolean fine, String text) {}

  Kubectl(ControlPlane plane, String namespace) {
    this.plane = plane;
    this.namespace = namespace;
  }

  String namespace() {
    return namespace;
  }

  /** Runs it to its end, whatever that is; the arguments may be given as one text. */
  Said say(String... arguments) {
    return feed("", arguments);
  }

  /** The same with this on its standard input. */
  Said feed(String input, String... arguments) {
    List<String> all = new ArrayList<>(List.of("--namespace", namespace));
    for (String argument : arguments) {
      all.addAll(arguments.length == 1 ? List.of(argument.split(" ", -1)) : List.of(argument));
    }
    try {
      return new Said(true, plane.kubectl(input, all.toArray(String[]::new)));
    } catch (IllegalStateException failed) {
      String message = String.valueOf(failed.getMessage());
      return new Said(false, message.substring(message.indexOf(ENDED) + ENDED.length()));
    }
  }

  /** The same, and it must succeed. */
  String ok(String... arguments) {
    return fine(say(arguments));
  }

  /** {@code kubectl apply -f -}, which must succeed. */
  String apply(String yaml) {
    return fine(feed(yaml, "apply", "-f", "-"));
  }

  private static String fine(Said said) {
    if (!said.fine()) {
      throw new AssertionError(said.text());
    }
    return said.text();
  }

  /** A field of an object, by JSONPath without its braces. */
  String field(String object, String path) {
    return ok("get", object, "-o", "jsonpath={" + path + "}");
  }

  /** The only image of a Pod, or the only one of a workload's template. */
  String image(String object) {
    return field(
        object, object.startsWith("pod/") ? ".spec.containers[*].image" : template(object));
  }

  private static String template(String object) {
    return (object.startsWith("cronjob/") ? ".spec.jobTemplate.spec" : ".spec")
        + ".template.spec.containers[*].image";
  }

  /** A JSON document, such as a line of a log. */
  static JsonObject json(String text) {
    try {
      return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), JsonLimits.text(1 << 22))
          .asObject()
          .orElseThrow();
    } catch (JsonException broken) {
      throw new AssertionError(text, broken);
    }
  }

  /** A member of a JSON object as text; empty if it is not there. */
  static String text(JsonObject object, String... path) {
    JsonObject at = object;
    for (int i = 0; i < path.length - 1; i++) {
      at = at.get(path[i]).flatMap(Json::asObject).orElse(JsonObject.builder().build());
    }
    return at.get(path[path.length - 1]).flatMap(Json::asString).orElse("");
  }
}
