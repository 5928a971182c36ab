package dev.assayer.audit;

import dev.assayer.crypto.Sha;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One decision with all that proves it, as one JSON file that verifies without the log: schema
 * {@code assayer.proof/1}. It has no names of files, no archive and no compression, so it cannot
 * write anywhere or grow when it is read.
 *
 * @param recordId whose record it is said to be
 * @param withdrawal the entry that takes the decision back, under the same checkpoint
 * @param files by sha256; not checked before they are asked for
 */
public record ProofBundle(
    String recordId,
    long index,
    String checkpoint,
    List<String> path,
    String entry,
    Optional<String> longRecord,
    Optional<Later> withdrawal,
    Map<String, String> files) {
  private static final String SCHEMA = "assayer.proof/1";

  /** Enough for the largest evidence in base64. */
  private static final int MAX_BYTES = 128 << 20;

  private static final JsonLimits LIMITS =
      new JsonLimits(MAX_BYTES, 4, 20, 20_000, 50_000, MAX_BYTES, false);

  /** Copies the collections. */
  public ProofBundle {
    path = List.copyOf(path);
    files = Map.copyOf(files);
  }

  /**
   * A later entry.
   *
   * @param path of its inclusion proof
   */
  public record Later(long index, List<String> path, String entry) {
    /** Copies the collection. */
    public Later {
      path = List.copyOf(path);
    }

    private JsonObject json() {
      return JsonObject.builder().put("index", index).put("path", path).put("entry", entry).build();
    }
  }

  /** What a file holds. */
  public sealed interface Result {
    /** A bundle; nothing of it is proven yet. */
    record Read(ProofBundle bundle) implements Result {}

    /** None; {@code why} is a clause. */
    record Unreadable(String why) implements Result {}
  }

  /** A bundle of what was proven. */
  public static ProofBundle of(String recordId, ProvenRecord found, Map<String, byte[]> files) {
    InclusionProof proof = found.proof();
    Map<String, String> encoded = new TreeMap<>();
    files.forEach((sha256, content) -> encoded.put(sha256, base64(content)));
    return new ProofBundle(
        recordId,
        proof.index(),
        proof.checkpoint(),
        path(proof),
        base64(proof.entry()),
        found.longRecord().map(ProofBundle::base64),
        found
            .withdrawal()
            .map(later -> new Later(later.index(), path(later), base64(later.entry()))),
        encoded);
  }

  private static List<String> path(InclusionProof proof) {
    return proof.path().stream().map(Hash::base64).toList();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * Writes it to a file that must not exist.
   *
   * @throws IOException if it cannot be written, or is larger than {@link #read} takes
   */
  public void write(Path file) throws IOException {
    JsonObject.Builder contents = JsonObject.builder();
    files.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(one -> contents.put(one.getKey(), one.getValue()));
    JsonObject.Builder bundle =
        JsonObject.builder()
            .put("schema", SCHEMA)
            .put("record_id", recordId)
            .put("index", index)
            .put("checkpoint", checkpoint)
            .put("path", path)
            .put("entry", entry);
    longRecord.ifPresent(record -> bundle.put("record", record));
    withdrawal.ifPresent(later -> bundle.put("withdrawal", later.json()));
    byte[] bytes = JsonText.compactBytes(bundle.put("files", contents.build()).build());
    if (bytes.length > MAX_BYTES) {
      throw new IOException("the proof has " + bytes.length + " bytes, over " + MAX_BYTES);
    }
    Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Reads one. */
  public static Result read(Path file) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException unreadable) {
      return new Result.Unreadable("cannot be read: " + Words.of(unreadable));
    }
    if (bytes.length > MAX_BYTES) {
      return new Result.Unreadable("is over " + MAX_BYTES + " bytes");
    }
    try {
      return StrictJson.parse(bytes, LIMITS)
          .asObject()
          .flatMap(ProofBundle::of)
          .<Result>map(Result.Read::new)
          .orElseGet(() -> new Result.Unreadable("is no proof of schema " + SCHEMA));
    } catch (JsonException noJson) {
      return new Result.Unreadable("is no JSON: " + noJson.getMessage());
    }
  }

  private static Optional<ProofBundle> of(JsonObject json) {
    Optional<String> id = text(json, "record_id");
    Optional<String> checkpoint = text(json, "checkpoint");
    Optional<String> entry = text(json, "entry");
    Optional<JsonObject> files = json.get("files").flatMap(Json::asObject);
    if (!text(json, "schema").equals(Optional.of(SCHEMA))
        || id.isEmpty()
        || checkpoint.isEmpty()
        || entry.isEmpty()
        || files.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> contents = new HashMap<>();
    files
        .get()
        .entries()
        .forEach(one -> contents.put(one.getKey(), one.getValue().asString().orElse("")));
    return Optional.of(
        new ProofBundle(
            id.get(),
            index(json),
            checkpoint.get(),
            path(json),
            entry.get(),
            text(json, "record"),
            json.get("withdrawal")
                .map(value -> value.asObject().orElseGet(() -> JsonObject.builder().build()))
                .map(
                    later -> new Later(index(later), path(later), text(later, "entry").orElse(""))),
            contents));
  }

  private static long index(JsonObject json) {
    return json.get("index").map(value -> value.asLong().orElse(-1)).orElse(-1L);
  }

  private static List<String> path(JsonObject json) {
    return json.get("path").flatMap(Json::asArray).map(JsonArray::values).orElse(List.of()).stream()
        .map(one -> one.asString().orElse(""))
        .toList();
  }

  private static Optional<String> text(JsonObject json, String name) {
    return json.get(name).flatMap(Json::asString);
  }

  /** Verifies that the record is in the log that one of these keys signs. */
  public ProvenRecord.Result record(List<LogKeys.Found> keys) {
    try {
      return ProvenRecord.given(
          inclusion(keys, index, path, entry),
          longRecord.map(Base64.getDecoder()::decode),
          recordId,
          withdrawal.map(later -> inclusion(keys, later.index(), later.path(), later.entry())));
    } catch (IllegalArgumentException noBase64) {
      return new ProvenRecord.Result.Unproven("the proof holds something that is no base64");
    }
  }

  private InclusionProof.Result inclusion(
      List<LogKeys.Found> keys, long at, List<String> hashes, String encoded) {
    return InclusionProof.given(
        checkpoint.getBytes(StandardCharsets.UTF_8),
        keys,
        at,
        Base64.getDecoder().decode(encoded),
        hashes.stream().map(Hash::fromBase64).toList());
  }

  /** A file that came with it; empty if it did not. */
  public Optional<EvidenceStore.Found> file(String sha256) {
    return Optional.ofNullable(files.get(sha256)).map(encoded -> checked(sha256, encoded));
  }

  private static EvidenceStore.Found checked(String sha256, String encoded) {
    try {
      byte[] content = Base64.getDecoder().decode(encoded);
      return Sha.sha256Hex(content).equals(sha256)
          ? new EvidenceStore.Found.Whole(content)
          : new EvidenceStore.Found.Altered("file " + sha256);
    } catch (IllegalArgumentException noBase64) {
      return new EvidenceStore.Found.Altered("file " + sha256);
    }
  }
}
