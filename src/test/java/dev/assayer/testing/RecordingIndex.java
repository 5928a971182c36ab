package dev.assayer.testing;

import static dev.assayer.testing.TrustFiles.list;
import static dev.assayer.testing.TrustFiles.member;
import static dev.assayer.testing.TrustFiles.string;

import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.testing.NotaryRecording.Step;
import dev.assayer.testing.NotaryScenario.Course;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The index.json of a recording, in and out. */
final class RecordingIndex {
  private RecordingIndex() {}

  static NotaryRecording read(JsonObject index) {
    return new NotaryRecording(
        text(index, "name"),
        text(index, "about"),
        text(index, "gun"),
        text(index, "strangerKey"),
        each(index, "steps", RecordingIndex::step),
        each(index, "expectations", RecordingIndex::expectation),
        each(
            index,
            "courses",
            course ->
                new Course(
                    text(course, "about"),
                    each(course, "expectations", RecordingIndex::expectation))));
  }

  static JsonObject write(NotaryRecording recording) {
    return JsonObject.builder()
        .put("name", recording.name())
        .put("about", recording.about())
        .put("gun", recording.gun())
        .put("strangerKey", recording.strangerPem())
        .put("steps", array(recording.steps(), RecordingIndex::write))
        .put("expectations", array(recording.expectations(), RecordingIndex::write))
        .put(
            "courses",
            array(
                recording.courses(),
                course ->
                    JsonObject.builder()
                        .put("about", course.about())
                        .put("expectations", array(course.expectations(), RecordingIndex::write))
                        .build()))
        .build();
  }

  private static Step step(JsonObject step) {
    Map<String, String> served =
        TrustFiles.at(step, "served").entries().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, file -> string(file.getValue())));
    return new Step(
        text(step, "name"),
        Instant.parse(text(step, "recordedAt")),
        step.get("rootKey").map(TrustFiles::string),
        served);
  }

  private static Json write(Step step) {
    JsonObject.Builder served = JsonObject.builder();
    new TreeMap<>(step.served()).forEach(served::put);
    JsonObject.Builder out =
        JsonObject.builder()
            .put("name", step.name())
            .put("recordedAt", step.recordedAt().toString());
    step.rootKeyPem().ifPresent(pem -> out.put("rootKey", pem));
    return out.put("served", served.build()).build();
  }

  private static Expectation expectation(JsonObject from) {
    return new Expectation(
        text(from, "step"),
        text(from, "pin"),
        text(from, "image"),
        list(from, "delegations").stream().map(TrustFiles::string).toList(),
        from.get("threshold")
            .map(n -> OptionalInt.of((int) n.asLong().orElseThrow()))
            .orElse(OptionalInt.empty()),
        Duration.parse(text(from, "after")),
        Reason.valueOf(text(from, "reason").toUpperCase(Locale.ROOT)),
        from.get("digest").map(TrustFiles::string));
  }

  private static Json write(Expectation expectation) {
    JsonObject.Builder out =
        JsonObject.builder()
            .put("step", expectation.step())
            .put("pin", expectation.pin())
            .put("image", expectation.image())
            .put("delegations", expectation.delegations());
    expectation.threshold().ifPresent(n -> out.put("threshold", n));
    out.put("after", expectation.after().toString()).put("reason", expectation.reason().code());
    expectation.digest().ifPresent(digest -> out.put("digest", digest));
    return out.build();
  }

  private static String text(JsonObject from, String name) {
    return string(member(from, name));
  }

  private static <T> List<T> each(JsonObject from, String name, Function<JsonObject, T> as) {
    return list(from, name).stream()
        .map(value -> as.apply(value.asObject().orElseThrow()))
        .toList();
  }

  private static <T> Json array(List<T> values, Function<T, Json> as) {
    return new JsonArray(values.stream().map(as).toList());
  }
}
