package dev.assayer.audit;

import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The record of a decision, and the proof that it is in a log.
 *
 * @param proof of the entry
 * @param longRecord the record as bytes, where it is longer than an entry
 * @param record what it says
 * @param withdrawal of the later entry that takes it back, if one does
 */
public record ProvenRecord(
    InclusionProof proof,
    Optional<byte[]> longRecord,
    JsonObject record,
    Optional<InclusionProof> withdrawal) {
  private static final int MAX_RECORD = 64 << 20;

  /** What became of the search. */
  public sealed interface Result {
    /** It is there, and proven. */
    record Proven(ProvenRecord found) implements Result {}

    /** It is not proven, or damaged; {@code why} is a clause. */
    record Unproven(String why) implements Result {}

    /** No log, or none with this decision; {@code why} is a clause. */
    record Unknown(String why) implements Result {}
  }

  /** Whether the decision was taken back, and so denied. */
  public boolean withdrawn() {
    return withdrawal.isPresent();
  }

  /** Finds a record by its id in a log. */
  public static Result find(Path log, String recordId, List<LogKeys.Found> keys) {
    try {
      Optional<LogRecords> records = LogRecords.of(log, keys);
      if (records.isEmpty()) {
        return new Result.Unknown("there is no audit log in " + log);
      }
      Optional<LogRecords.Found> found = records.get().find(recordId);
      if (found.isEmpty()) {
        return new Result.Unknown("no decision with the id " + recordId + " is in " + log);
      }
      return switch (InclusionProof.of(log, found.get().index(), keys)) {
        case InclusionProof.Result.Unproven(String why) -> new Result.Unproven(why);
        case InclusionProof.Result.Proven(InclusionProof proof) -> {
          OptionalLong later = records.get().withdrawal(proof.index(), recordId);
          Optional<InclusionProof.Result> takenBack =
              later.isPresent()
                  ? Optional.of(InclusionProof.of(log, later.getAsLong(), keys))
                  : Optional.empty();
          Optional<Blobs.Reference> reference = Blobs.of(proof.entry());
          if (reference.isEmpty()) {
            yield of(proof, Optional.empty(), recordId, takenBack);
          }
          yield switch (new Blobs(log).read(reference.get())) {
            case Blobs.Found.Whole(byte[] whole) ->
                of(proof, Optional.of(whole), recordId, takenBack);
            case Blobs.Found.Bad(String file, String why) ->
                new Result.Unproven("the record " + file + " " + why);
          };
        }
      };
    } catch (IOException damaged) {
      return new Result.Unproven(Words.of(damaged));
    }
  }

  /** Verifies what somebody kept of a log: nothing of it is believed that is not proven. */
  static Result given(
      InclusionProof.Result inclusion,
      Optional<byte[]> longRecord,
      String recordId,
      Optional<InclusionProof.Result> takenBack) {
    return switch (inclusion) {
      case InclusionProof.Result.Unproven(String why) -> new Result.Unproven(why);
      case InclusionProof.Result.Proven(InclusionProof proof) -> {
        Optional<Blobs.Reference> reference = Blobs.of(proof.entry());
        boolean fits =
            reference.isEmpty()
                ? longRecord.isEmpty()
                : longRecord.filter(reference.get()::fits).isPresent();
        yield fits
            ? of(proof, longRecord, recordId, takenBack)
            : new Result.Unproven("the long record is not the one that the entry names");
      }
    };
  }

  private static Result of(
      InclusionProof proof,
      Optional<byte[]> longRecord,
      String recordId,
      Optional<InclusionProof.Result> takenBack) {
    byte[] bytes = longRecord.orElse(proof.entry());
    try {
      Optional<JsonObject> record =
          StrictJson.parse(bytes, JsonLimits.text(Math.clamp(bytes.length, 1, MAX_RECORD)))
              .asObject()
              .filter(one -> text(one, "record_id").equals(Optional.of(recordId)))
              .filter(one -> text(one, "schema").equals(Optional.of(DecisionRecord.SCHEMA)));
      if (record.isEmpty()) {
        return new Result.Unproven("the entry is no record of the decision " + recordId);
      }
      Optional<InclusionProof> withdrawal = Optional.empty();
      if (takenBack.isPresent()) {
        withdrawal = withdrawal(takenBack.get(), recordId);
        if (withdrawal.filter(later -> later.index() > proof.index()).isEmpty()) {
          return new Result.Unproven(
              "what is said to take the decision back is no proven later entry of the log");
        }
      }
      return new Result.Proven(new ProvenRecord(proof, longRecord, record.get(), withdrawal));
    } catch (JsonException noJson) {
      return new Result.Unproven("the entry is no JSON");
    }
  }

  /** The proof of an entry, if it is proven and takes this decision back. */
  private static Optional<InclusionProof> withdrawal(
      InclusionProof.Result takenBack, String recordId) {
    try {
      return takenBack instanceof InclusionProof.Result.Proven(InclusionProof later)
              && LogRecords.takesBack(later.entry(), recordId)
          ? Optional.of(later)
          : Optional.empty();
    } catch (IOException noRecord) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonObject object, String name) {
    return object.get(name).flatMap(value -> value.asString());
  }
}
