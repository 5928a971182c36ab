package dev.assayer.audit;

import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.remote.Courier;
import dev.assayer.remote.CourierResult;
import dev.assayer.remote.Parcel;
import dev.assayer.time.Deadline;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A witness that signs a checkpoint only if it goes on from the last one it saw (C2SP
 * tlog-witness). What it signs is checked with its key.
 */
public final class WitnessPlace implements CheckpointPlace {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CONFLICT = 409;

  private final Courier courier;
  private final URI add;
  private final WitnessKey key;
  private final SignatureVerifier verifier = SignatureVerifier.create();
  private long seen;

  /**
   * Asks this witness.
   *
   * @param prefix its submission prefix
   */
  public WitnessPlace(Courier courier, URI prefix, WitnessKey key) {
    this.courier = courier;
    String text = prefix.toString();
    add = URI.create((text.endsWith("/") ? text : text + "/") + "add-checkpoint");
    this.key = key;
  }

  @Override
  public String code() {
    return "witness";
  }

  @Override
  public Kept keep(Offer offer) {
    CourierResult answer = ask(offer);
    Optional<Long> known = size(answer);
    if (known.isPresent()) {
      long size = known.get();
      if (size > offer.checkpoint().size()) {
        return new Kept.Contradicted(
            "the witness has seen " + size + " entries, this log has " + offer.checkpoint().size());
      }
      if (size == seen) {
        return new Kept.Contradicted("the witness has seen another log of the size " + size);
      }
      seen = size;
      answer = ask(offer);
    }
    return switch (answer) {
      case CourierResult.Delivered(_, String said) -> cosigned(offer, said);
      case CourierResult.Refused(int status, _, _) -> refused(status);
      case CourierResult.Failed(_, String why) -> new Kept.Failed("the witness: " + why);
      case CourierResult.Unsent(String why, _) -> new Kept.Failed("the witness: " + why);
    };
  }

  private CourierResult ask(Offer offer) {
    long old = Math.min(seen, offer.checkpoint().size());
    String proof =
        offer.log().consistency(old).stream()
            .map(hash -> hash.base64() + "\n")
            .collect(Collectors.joining());
    String body =
        "old " + old + "\n" + proof + "\n" + new String(offer.note(), StandardCharsets.UTF_8);
    Map<String, String> headers = Map.of("Content-Type", "text/plain; charset=utf-8");
    return courier.post(
        new Parcel(add, headers, body.getBytes(StandardCharsets.UTF_8)), Deadline.after(PATIENCE));
  }

  /** The size that a witness knows, if that is its answer. */
  private static Optional<Long> size(CourierResult answer) {
    return answer instanceof CourierResult.Refused(int status, _, String said)
            && status == CONFLICT
            && said.strip().matches("0|[1-9][0-9]{0,17}")
        ? Optional.of(Long.parseLong(said.strip()))
        : Optional.empty();
  }

  private static Kept refused(int status) {
    return switch (status) {
      case 403 -> new Kept.Failed("the witness does not trust the key of this log (403)");
      case 404 -> new Kept.Failed("the witness does not know this log (404)");
      case CONFLICT -> new Kept.Failed("the witness has seen another size meanwhile (409)");
      case 422 ->
          new Kept.Contradicted(
              "the witness refuses the consistency proof (422): it has seen another log");
      default -> new Kept.Failed("the witness answered " + status);
    };
  }

  private Kept cosigned(Offer offer, String said) {
    String lines = said.lines().map(line -> line + "\n").collect(Collectors.joining());
    String note = new String(offer.note(), StandardCharsets.UTF_8) + lines;
    Optional<SignedNote> read = SignedNote.read(note.getBytes(StandardCharsets.UTF_8));
    if (read.isEmpty() || key.signed(read.get(), verifier).isEmpty()) {
      return new Kept.Failed("the witness did not sign with the key " + key.name());
    }
    seen = offer.checkpoint().size();
    return new Kept.Done(Optional.of(note));
  }
}
