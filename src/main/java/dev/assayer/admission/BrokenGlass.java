package dev.assayer.admission;

import dev.assayer.cluster.EmergencySource;
import dev.assayer.cluster.EmergencySource.BreakGlass;
import dev.assayer.decision.Reason;
import dev.assayer.image.ImagePattern;
import dev.assayer.image.ImageReference;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Admits what a break-glass object in force covers, in one namespace, without asking anybody.
 * Nothing is known of such an image, so it is not pinned.
 */
final class BrokenGlass {
  private static final int MAX_REASON = 400;
  private static final int MAX_USER = 100;

  private final Optional<EmergencySource> source;
  private final InstantSource clock;
  private final UserNames names;

  BrokenGlass(Optional<EmergencySource> source, InstantSource clock, UserNames names) {
    this.source = source;
    this.names = names;
    this.clock = clock;
  }

  /** What is settled by it for objects of this namespace; nothing for objects of the cluster. */
  Settled in(Optional<String> namespace) {
    return namespace.flatMap(name -> source.map(known -> in(name, known))).orElse(Settled.NOTHING);
  }

  private Settled in(String namespace, EmergencySource known) {
    return (image, rule, mode) ->
        known.active(clock.instant()).stream()
            .filter(grant -> covers(grant, namespace, image))
            .findFirst()
            .map(grant -> admitting(grant, image));
  }

  private static boolean covers(BreakGlass grant, String namespace, ImageReference image) {
    return grant.namespace().equals(namespace)
        && ImagePattern.of(grant.pattern()).matches(image.matchName());
  }

  private Judgement admitting(BreakGlass grant, ImageReference image) {
    String user = Plain.ascii(names.told(grant.requestedBy()), MAX_USER);
    Judgement plain =
        Judgement.of(
            Reason.BREAK_GLASS,
            "break-glass "
                + grant.name()
                + " of "
                + user
                + " until "
                + grant.expiry()
                + ": "
                + Plain.ascii(grant.reason(), MAX_REASON));
    return plain.warned(
        List.of(
            "break-glass "
                + Plain.ascii(grant.name(), 40)
                + " until "
                + grant.expiry()
                + " admits unverified "
                + image.text()));
  }
}
