package dev.assayer.trial;

import dev.assayer.audit.AuditJson;
import dev.assayer.audit.LogRecords;
import dev.assayer.config.Config;
import dev.assayer.config.Config.UnknownKinds;
import dev.assayer.config.Demand;
import dev.assayer.config.NamespacesConfig;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import dev.assayer.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides recorded decisions again under another configuration, as if it had been in force then:
 * with what dependencies answered then, and nothing that was not recorded. Needs no network.
 */
public final class Replay {
  private final Config config;
  private final ReplayedImages images;
  private final String scope;

  /** Replays against this configuration. */
  public Replay(Config config) {
    this.config = config;
    images = new ReplayedImages(config);
    scope = Demand.scope(config);
  }

  /**
   * What a decision becomes.
   *
   * @param denied empty if it is not known
   */
  private record Outcome(
      Optional<Boolean> denied,
      Optional<Verdict> verdict,
      String reason,
      String image,
      String why) {
    static Outcome of(boolean denied, Reason reason, String image, String why) {
      return new Outcome(
          Optional.of(denied), Optional.of(reason.verdict()), reason.code(), image, why);
    }

    static Outcome unknown(String image, String why) {
      return new Outcome(Optional.empty(), Optional.empty(), "", image, why);
    }
  }

  /** The change of a decision; empty if it stays. */
  public Optional<Flip> of(LogRecords.Found found) {
    JsonObject record = found.record();
    boolean byThis = AuditJson.text(record, "policy", "digest").equals(config.policyDigest());
    if (found.withdrawn() || byThis) {
      return Optional.empty();
    }
    return decided(record).flatMap(now -> flip(found, now));
  }

  /** Empty where no configuration has a part in it. */
  private Optional<Outcome> decided(JsonObject record) {
    String reason = AuditJson.text(record, "reason");
    List<RecordedImage> recorded =
        AuditJson.objects(record, "images").stream().map(RecordedImage::new).toList();
    return switch (reason) {
      case "no_images", "being_deleted" -> Optional.empty();
      case "mirror_pod" -> Optional.empty();
      case "namespace_ignored" -> Optional.of(ignored(record, recorded));
      default -> recorded.isEmpty() ? bare(reason) : Optional.of(inScope(record, reason, recorded));
    };
  }

  /** Decided without a look at an image: only detection mode makes a difference. */
  private Optional<Outcome> bare(String code) {
    return reason(code)
        .map(reason ->
            Outcome.of(
                !reason.verdict().admits() && !config.detectionMode(),
                reason,
                "",
                "detectionMode: " + config.detectionMode()));
  }

  private Outcome ignored(JsonObject record, List<RecordedImage> recorded) {
    String before = AuditJson.text(record, "policy", "scope");
    if (before.equals(scope)) {
      return Outcome.of(false, Reason.NAMESPACE_IGNORED, "", "ignored as before");
    }
    // In mode ignore it has the label, in mode validate it has none.
    boolean has = before.startsWith("ignore ");
    boolean known = before.endsWith(' ' + config.namespaces().label()) && !before.isEmpty();
    boolean covered = has == (config.namespaces().mode() == NamespacesConfig.Mode.VALIDATE);
    if (known && !covered) {
      return Outcome.of(false, Reason.NAMESPACE_IGNORED, "", "ignored");
    }
    Outcome judged = judged(record, "", recorded);
    return known || judged.denied().filter(denied -> !denied).isPresent()
        ? judged
        : Outcome.unknown("", "the record does not say which labels the namespace had");
  }

  private Outcome inScope(JsonObject record, String reason, List<RecordedImage> recorded) {
    Outcome judged = judged(record, reason, recorded);
    String before = AuditJson.text(record, "policy", "scope");
    boolean namespaced = !AuditJson.text(record, "request", "namespace").isEmpty();
    boolean same = before.isEmpty() || before.equals(scope) || !namespaced;
    return same || judged.denied().filter(denied -> !denied).isPresent()
        ? judged
        : Outcome.unknown("", "the record does not say which labels the namespace had");
  }

  private Outcome judged(JsonObject record, String reviewReason, List<RecordedImage> recorded) {
    String name = AuditJson.text(record, "request", "namespace");
    Optional<String> namespace = name.isEmpty() ? Optional.empty() : Optional.of(name);
    ReplayedImages.Recorded by =
        new ReplayedImages.Recorded(
            AuditJson.text(record, "policy", "trust_root_digest"),
            AuditJson.text(record, "policy", "revoked_keys"));
    List<Replayed> found = new ArrayList<>();
    for (RecordedImage image : recorded) {
      found.add(image(record, image, namespace, by));
    }
    Outcome outcome = conclusion(recorded, found);
    boolean untold =
        reviewReason.equals(Reason.ALERT_UNDELIVERABLE.code())
            && outcome.denied().filter(denied -> !denied).isPresent();
    return untold
        ? Outcome.unknown("", "it was denied since a receiver was not told; the images would do")
        : outcome;
  }

  private Replayed image(
      JsonObject record,
      RecordedImage image,
      Optional<String> namespace,
      ReplayedImages.Recorded by) {
    Reason was = image.reason().orElse(Reason.INTERNAL_ERROR);
    Mode none = images.mode(Mode.ENFORCE);
    if (was == Reason.UNCHANGED || was == Reason.TOO_LARGE && !image.hasRule()) {
      return Replayed.of(was, none, "as recorded");
    }
    boolean foreign =
        !image.hasRule() && (was == Reason.DENIED_BY_POLICY || was == Reason.POLICY_EXEMPT);
    if (foreign) {
      return config.revoked().digests().stream().anyMatch(image.requested()::endsWith)
          ? Replayed.of(Reason.DENIED_BY_POLICY, none, "its digest is revoked")
          : config.unknownKinds() == UnknownKinds.EXEMPT
              ? Replayed.of(Reason.POLICY_EXEMPT, none, "unknownKinds: exempt")
              : Replayed.of(Reason.DENIED_BY_POLICY, none, "unknownKinds: deny");
    }
    Replayed found = images.of(image, namespace, by);
    boolean loose =
        (was == Reason.NOT_PINNED || was == Reason.DENIED_BY_POLICY && isFinal(record, image))
            && found.reason().filter(Reason.SIGNATURE_VALID::equals).isPresent();
    return loose ? loose(record, found) : found;
  }

  private static boolean isFinal(JsonObject record, RecordedImage image) {
    return AuditJson.text(record, "request", "endpoint").equals("validate")
        && !image.requested().contains("@");
  }

  /** What was verified and not pinned: pinned by the webhook itself where it now rewrites it. */
  private Replayed loose(JsonObject record, Replayed found) {
    boolean pins =
        switch (config.mutation()) {
          case WORKLOADS -> true;
          case PODS -> AuditJson.text(record, "request", "kind").equals("Pod");
          case NONE -> false;
        };
    return pins ? Replayed.of(Reason.NOT_PINNED, found.mode(), "verified and not pinned") : found;
  }

  /** As a review concludes: the worst image gives the reason, an enforced bad one denies. */
  private static Outcome conclusion(List<RecordedImage> recorded, List<Replayed> found) {
    int worst = -1;
    int unknown = -1;
    boolean denied = false;
    boolean mayDeny = false;
    for (int i = 0; i < found.size(); i++) {
      Replayed one = found.get(i);
      denied |= one.denies();
      mayDeny |= one.mayDeny();
      if (one.isUnknown()) {
        unknown = unknown < 0 || one.mayDeny() && !found.get(unknown).mayDeny() ? i : unknown;
      } else if (worst < 0 || verdict(one).compareTo(verdict(found.get(worst))) > 0) {
        worst = i;
      }
    }
    if (mayDeny && !denied) {
      return Outcome.unknown(recorded.get(unknown).name(), found.get(unknown).why());
    }
    if (worst < 0) {
      return new Outcome(
          Optional.of(false),
          Optional.empty(),
          "",
          recorded.get(unknown).name(),
          found.get(unknown).why());
    }
    Replayed decisive = found.get(worst);
    Outcome known =
        Outcome.of(
            denied, decisive.reason().orElseThrow(), recorded.get(worst).name(), decisive.why());
    boolean open = unknown >= 0 && verdict(decisive).admits();
    return open
        ? new Outcome(known.denied(), Optional.empty(), "", known.image(), known.why())
        : known;
  }

  private static Verdict verdict(Replayed known) {
    return known.reason().orElseThrow().verdict();
  }

  private static Optional<Flip> flip(LogRecords.Found found, Outcome now) {
    JsonObject record = found.record();
    boolean denied = AuditJson.text(record, "outcome").equals("denied");
    boolean bad =
        reason(AuditJson.text(record, "reason")).filter(r -> !r.verdict().admits()).isPresent();
    if (now.denied().isEmpty()) {
      return Optional.of(flip(found, now, Flip.Kind.UNKNOWN, "unknown"));
    }
    boolean denies = now.denied().get();
    String becomes = (denies ? "denied " : "allowed ") + verdict(now) + now.reason();
    if (denied != denies) {
      return Optional.of(
          flip(
              found,
              now,
              denies ? Flip.Kind.ADMIT_TO_DENY : Flip.Kind.DENY_TO_ADMIT,
              becomes.strip()));
    }
    Optional<Boolean> nowBad = now.verdict().map(verdict -> !verdict.admits());
    if (denied || nowBad.isEmpty() || nowBad.get() == bad) {
      return Optional.empty();
    }
    return Optional.of(
        flip(
            found,
            now,
            nowBad.get() ? Flip.Kind.WOULD_DENY : Flip.Kind.WOULD_ADMIT,
            becomes.strip()));
  }

  private static String verdict(Outcome now) {
    return now.verdict().map(verdict -> verdict.code() + ' ').orElse("");
  }

  private static Flip flip(LogRecords.Found found, Outcome now, Flip.Kind kind, String becomes) {
    JsonObject record = found.record();
    return new Flip(
        kind,
        found.index(),
        AuditJson.text(record, "time"),
        AuditJson.text(record, "record_id"),
        AuditJson.text(record, "request", "namespace"),
        AuditJson.text(record, "request", "kind") + "/" + AuditJson.text(record, "request", "name"),
        now.image(),
        AuditJson.text(record, "outcome")
            + " "
            + AuditJson.text(record, "verdict")
            + " "
            + AuditJson.text(record, "reason"),
        becomes,
        now.why());
  }

  private static Optional<Reason> reason(String code) {
    try {
      return Optional.of(Reason.valueOf(code.toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException newer) {
      return Optional.empty();
    }
  }
}
