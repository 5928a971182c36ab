package dev.assayer.proof;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNumber;
import dev.assayer.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a record says, as far as it can be verified again. */
record RecordedDecision(
    String id,
    Instant time,
    Duration took,
    String outcome,
    String namespace,
    Optional<FileRef> policy,
    String trustRootDigest,
    List<Image> images) {
  /** Milliseconds as a record has them. */
  private static final String MILLIS = "-?[0-9]{1,9}(\\.[0-9]{1,6})?";

  /** A file that a record names. */
  record FileRef(String sha256, long length, boolean kept) {}

  /** Evidence of an image. */
  record EvidenceRef(FileRef file, String validator, String role, long version) {}

  /** A signer, without what depends on memory. */
  record SignerRef(String role, String keyId) {}

  /**
   * An image.
   *
   * @param start of its verification, from the start of the request
   */
  record Image(
      String requested,
      Optional<String> normalised,
      Optional<String> digest,
      List<String> validatorTypes,
      String mode,
      String verdict,
      String reason,
      List<SignerRef> signers,
      Optional<Duration> start,
      List<EvidenceRef> evidence) {}

  /** Reads a record; empty if it is none that can be understood. */
  static Optional<RecordedDecision> of(JsonObject record) {
    Optional<JsonObject> policy = object(record, "policy");
    Optional<Instant> time = text(record, "time").flatMap(RecordedDecision::instant);
    if (time.isEmpty() || policy.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new RecordedDecision(
            text(record, "record_id").orElse(""),
            time.get(),
            Duration.ofMillis(number(record, "duration_ms")),
            text(record, "outcome").orElse(""),
            object(record, "request").flatMap(request -> text(request, "namespace")).orElse(""),
            object(policy.get(), "evidence").map(RecordedDecision::file),
            text(policy.get(), "trust_root_digest").orElse(""),
            objects(record, "images").map(RecordedDecision::image).toList()));
  }

  private static Image image(JsonObject image) {
    return new Image(
        text(image, "requested").orElse(""),
        text(image, "normalised"),
        text(image, "digest"),
        objects(image, "validators").map(one -> text(one, "type").orElse("")).toList(),
        text(image, "mode").orElse(""),
        text(image, "verdict").orElse(""),
        text(image, "reason").orElse(""),
        objects(image, "signers")
            .map(one -> new SignerRef(text(one, "role").orElse(""), text(one, "key_id").orElse("")))
            .toList(),
        object(image, "timing").flatMap(RecordedDecision::start),
        objects(image, "evidence")
            .map(one ->
                new EvidenceRef(
                    file(one),
                    text(one, "validator").orElse(""),
                    text(one, "role").orElse(""),
                    number(one, "version")))
            .toList());
  }

  private static Optional<Duration> start(JsonObject timing) {
    return timing
        .get("start_ms")
        .filter(value -> value instanceof JsonNumber number && number.text().matches(MILLIS))
        .map(value -> Duration.ofNanos(nanos(((JsonNumber) value).text())));
  }

  private static long nanos(String millis) {
    return new BigDecimal(millis).movePointRight(6).longValue();
  }

  private static FileRef file(JsonObject file) {
    return new FileRef(
        text(file, "sha256").orElse(""),
        number(file, "length"),
        file.get("kept").flatMap(Json::asBoolean).orElse(false));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException noTime) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asString);
  }

  private static long number(JsonObject object, String name) {
    return object.get(name).map(value -> value.asLong().orElse(0)).orElse(0L);
  }

  private static Optional<JsonObject> object(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asObject);
  }

  private static Stream<JsonObject> objects(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asArray).map(JsonArray::values).stream()
        .flatMap(List::stream)
        .flatMap(value -> value.asObject().stream());
  }
}
