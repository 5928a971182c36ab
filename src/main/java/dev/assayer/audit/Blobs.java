package dev.assayer.audit;

import dev.assayer.crypto.Sha;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Records that are too long for an entry, by their content beside the log. */
final class Blobs {
  private static final String FOLDER = "blobs/sha256";

  /** How an entry begins that refers to one. */
  private static final byte[] REFERENCE =
      ("{\"schema\":\"" + DecisionRecord.REFERENCE_SCHEMA + "\"").getBytes(StandardCharsets.UTF_8);

  private static final int MAX_BYTES = 64 << 20;

  private final Path log;

  Blobs(Path log) {
    this.log = log;
  }

  /** Where the record is that an entry refers to. */
  record Reference(String sha256, long length) {
    /** Its file below the folder of the log. */
    String file() {
      return FOLDER + "/" + sha256;
    }

    boolean fits(byte[] record) {
      return record.length == length && Sha.sha256Hex(record).equals(sha256);
    }
  }

  /** What became of the record that an entry refers to. */
  sealed interface Found {
    /** It is there as it was written. */
    record Whole(byte[] record) implements Found {}

    /** It is not; {@code why} is one clause. */
    record Bad(String file, String why) implements Found {}
  }

  /** Keeps a record, durably. */
  static Reference keep(Path log, byte[] record, Storage storage) throws IOException {
    Reference reference = new Reference(Sha.sha256Hex(record), record.length);
    Path folder = log.resolve(FOLDER);
    storage.folder(folder);
    Path file = log.resolve(reference.file());
    if (!Files.exists(file)) {
      storage.put(file, record);
      storage.sync(folder);
    }
    return reference;
  }

  /** What an entry refers to, if it does. */
  static Optional<Reference> of(byte[] entry) {
    if (entry.length < REFERENCE.length
        || !Arrays.equals(entry, 0, REFERENCE.length, REFERENCE, 0, REFERENCE.length)) {
      return Optional.empty();
    }
    try {
      Optional<JsonObject> blob =
          StrictJson.parse(entry, JsonLimits.text(Tile.MAX_ENTRY))
              .asObject()
              .flatMap(object -> object.get("blob"))
              .flatMap(Json::asObject);
      Optional<String> sha256 = blob.flatMap(one -> one.get("sha256")).flatMap(Json::asString);
      return sha256
          .filter(hex -> hex.matches("[0-9a-f]{64}"))
          .map(hex ->
              new Reference(
                  hex,
                  blob.flatMap(one -> one.get("length"))
                      .map(length -> length.asLong().orElse(-1))
                      .orElse(-1L)));
    } catch (JsonException noJson) {
      return Optional.empty();
    }
  }

  /** The record that is referred to. */
  Found read(Reference reference) throws IOException {
    Path file = log.resolve(reference.file());
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        return new Found.Bad(reference.file(), "is no file");
      }
      if (Files.size(file) > MAX_BYTES) {
        return new Found.Bad(reference.file(), "is longer than any record");
      }
      byte[] record = Files.readAllBytes(file);
      return reference.fits(record)
          ? new Found.Whole(record)
          : new Found.Bad(reference.file(), "was altered: its hash is another");
    } catch (NoSuchFileException gone) {
      return new Found.Bad(reference.file(), "was removed");
    }
  }
}
