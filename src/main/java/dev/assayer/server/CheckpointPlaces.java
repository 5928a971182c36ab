package dev.assayer.server;

import dev.assayer.audit.CheckpointPlace;
import dev.assayer.audit.LogProver;
import dev.assayer.audit.WebhookPlace;
import dev.assayer.audit.WitnessKey;
import dev.assayer.audit.WitnessPlace;
import dev.assayer.cluster.CheckpointBoard;
import dev.assayer.config.AuditConfig;
import dev.assayer.config.AuditConfig.Place;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.remote.Courier;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The places where the checkpoints of the audit log are kept outside the pod. */
final class CheckpointPlaces implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(CheckpointPlaces.class.getName());

  private final List<CheckpointPlace> all = new ArrayList<>();
  private final List<CheckpointPlace> quick = new ArrayList<>();
  private final List<Courier> couriers = new ArrayList<>();
  private final Optional<CheckpointBoard> board;

  /**
   * Those that the configuration names.
   *
   * @param board of the cluster around, if there is one
   * @throws StartRefused if the key of the witness is none
   */
  CheckpointPlaces(AuditConfig.Publish publish, Optional<CheckpointBoard> board) {
    this.board = board.filter(_ -> publish.configMap());
    this.board.map(Board::new).ifPresent(quick::add);
    all.addAll(quick);
    publish.webhook().ifPresent(place -> all.add(new WebhookPlace(courier(place), place.url())));
    publish
        .witness()
        .ifPresent(witness -> {
          WitnessKey key =
              WitnessKey.of(witness.key())
                  .orElseThrow(() ->
                      new StartRefused(
                          List.of("audit.publish.witness.key is not a key of cosignatures")));
          all.add(new WitnessPlace(courier(witness.at()), witness.at().url(), key));
        });
  }

  private Courier courier(Place place) {
    TlsTrust trust =
        place.authorities().isEmpty() ? TlsTrust.jdkDefaults() : TlsTrust.only(place.authorities());
    Courier courier = Courier.open(trust);
    couriers.add(courier);
    return courier;
  }

  /** All of them. */
  List<CheckpointPlace> all() {
    return List.copyOf(all);
  }

  /** Those that may be told at the end of the process too. */
  List<CheckpointPlace> quick() {
    return List.copyOf(quick);
  }

  /** What replicas have published, as far as that can be known. */
  List<String> published() {
    if (board.isEmpty()) {
      return List.of();
    }
    return switch (board.get().read()) {
      case CheckpointBoard.Seen.Notes(var notes) -> List.copyOf(notes.values());
      case CheckpointBoard.Seen.Unknown(String why) -> {
        LOGGER.log(
            Level.WARNING, "the audit log is not compared with what was published of it: {0}", why);
        yield List.of();
      }
    };
  }

  @Override
  public void close() {
    couriers.forEach(Courier::close);
  }

  /** The ConfigMap. A note there that this log signed, and does not go on from, stays. */
  private record Board(CheckpointBoard board) implements CheckpointPlace {
    @Override
    public String code() {
      return "configmap";
    }

    @Override
    public Kept keep(Offer offer) {
      String origin = offer.checkpoint().origin();
      switch (board.read()) {
        case CheckpointBoard.Seen.Unknown(String why) -> {
          return new Kept.Failed(why);
        }
        case CheckpointBoard.Seen.Notes(var notes) -> {
          Optional<String> there = Optional.ofNullable(notes.get(CheckpointBoard.key(origin)));
          if (there.isPresent()
              && offer.log().standing(there.get())
                  instanceof LogProver.Standing.Contradicts(String why)) {
            return new Kept.Contradicted(why);
          }
        }
      }
      return board
          .write(origin, new String(offer.note(), StandardCharsets.UTF_8))
          .<Kept>map(Kept.Failed::new)
          .orElseGet(() -> new Kept.Done(Optional.empty()));
    }
  }
}
