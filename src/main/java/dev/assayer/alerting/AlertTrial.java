package dev.assayer.alerting;

import dev.assayer.config.AlertingConfig.Category;
import dev.assayer.config.AlertingConfig.Receiver;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.json.JsonObject;
import dev.assayer.remote.Courier;
import dev.assayer.remote.CourierResult;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Sends a sample to one receiver, so that an operator sees what becomes of it. */
public final class AlertTrial {
  private static final String IMAGE = "registry.example/assayer/test:1.0";
  private static final int MOST_SAID = 400;

  private final Receiver receiver;
  private final String cluster;
  private final String replica;
  private final MessageTemplate template;

  /**
   * Makes one.
   *
   * @param receiver of a configuration that passed {@link Templates#check}
   */
  public AlertTrial(Receiver receiver, String cluster, String replica) {
    this.receiver = receiver;
    this.cluster = cluster;
    this.replica = replica;
    template = new Templates().of(receiver);
  }

  /** What became of the sample. */
  public sealed interface Result {}

  /**
   * The receiver answered.
   *
   * @param taken whether the answer says that it took the sample
   * @param said the beginning of what it said, without anything secret of the request
   */
  public record Answered(boolean taken, int status, String said, Duration took) implements Result {}

  /** There was no answer. {@code why} is one clause without the address. */
  public record Unanswered(String why, Duration took) implements Result {}

  /** There was nothing to send: a file cannot be read. {@code why} is one clause. */
  public record NotSent(String why) implements Result {}

  /** The sample's payload; what files would add, or what is configured as a field, is withheld. */
  public JsonObject payload() {
    try {
      JsonObject payload = new Letter(receiver, template).payload(sample(), 0);
      JsonObject.Builder withheld = JsonObject.builder();
      receiver.payloadFieldFiles().keySet().forEach(name -> withheld.put(name, "***"));
      return MessageTemplate.merged(payload, withheld.build());
    } catch (RenderException unfit) {
      throw new IllegalStateException(unfit.getMessage(), unfit);
    }
  }

  /** Sends it once. */
  public Result send(Duration timeout) {
    Letter letter = new Letter(receiver, template);
    return switch (letter.write(sample(), 0)) {
      case Letter.Unwritable(String why, var _) -> new NotSent(why);
      case Letter.Ready(var parcel) -> {
        TlsTrust trust =
            receiver.ca().isEmpty() ? TlsTrust.jdkDefaults() : TlsTrust.only(receiver.ca());
        try (Courier courier = Courier.open(trust)) {
          Deadline deadline = Deadline.after(timeout);
          CourierResult result = courier.post(parcel, deadline);
          List<String> secrets = letter.secrets(parcel);
          yield switch (result) {
            case CourierResult.Delivered(int status, String said) ->
                answered(true, status, said, secrets, deadline);
            case CourierResult.Refused(int status, var _, String said) ->
                answered(false, status, said, secrets, deadline);
            case CourierResult.Failed(var _, String why) ->
                new Unanswered(Secrets.withheld(why, secrets, MOST_SAID), deadline.elapsed());
            case CourierResult.Unsent(String why, var _) -> new NotSent(why);
          };
        }
      }
    };
  }

  private static Result answered(
      boolean taken, int status, String said, List<String> secrets, Deadline deadline) {
    return new Answered(
        taken, status, Secrets.withheld(said, secrets, MOST_SAID), deadline.elapsed());
  }

  private Alert sample() {
    boolean admit = receiver.category() == Category.ADMIT;
    String reason = admit ? "signature_valid" : "tag_not_signed";
    String what =
        admit
            ? "Admitted CREATE of Pod assayer-test/test: " + IMAGE + " [signature_valid]."
            : "Denied CREATE of Pod assayer-test/test: "
                + IMAGE
                + " [tag_not_signed] this is a sample.";
    return new Alert(
        receiver.category(),
        admit,
        UUID.randomUUID().toString(),
        Instant.now(),
        Optional.empty(),
        false,
        Legible.line(cluster, 253),
        Legible.line(replica, 253),
        "assayer-test",
        UUID.randomUUID().toString(),
        reason,
        IMAGE,
        "TEST of receiver " + receiver.name() + ", nothing happened. " + what,
        List.of(new Alert.Key(IMAGE, reason, "assayer-test")));
  }
}
