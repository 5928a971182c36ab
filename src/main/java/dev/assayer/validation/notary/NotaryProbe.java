package dev.assayer.validation.notary;

import dev.assayer.decision.Reason;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.remote.FetchResult;
import dev.assayer.remote.ProbeResult;
import dev.assayer.remote.Upstream;
import dev.assayer.state.TrustState;
import dev.assayer.time.Deadline;
import dev.assayer.validation.UpstreamProbe;
import java.util.Optional;

/**
 * Asks a Notary server for a timestamp.json, as a verification does: a health page may be green
 * while metadata cannot be read. The repository is one that the policy names, else one that was
 * verified before, else a name that cannot exist.
 *
 * <p>Up is a server that serves a timestamp, or says that there is none, or refuses the credentials
 * (many do so for a repository that does not exist), or limits the rate (all replicas share the
 * limit, so an unready one would help nobody). Down is everything else: no connection, no answer in
 * time, TLS refused, 5xx and other errors, a blocked redirect, something that is no timestamp.
 */
final class NotaryProbe implements UpstreamProbe {
  /** In a top-level domain that nobody can register (RFC 2606). */
  static final String NOBODYS = "assayer.invalid/health/probe";

  private static final String FILE = Roles.TIMESTAMP + ".json";

  private final Upstream upstream;
  private final TrustState state;
  private volatile Optional<String> known;

  NotaryProbe(Upstream upstream, TrustState state, Optional<String> named) {
    this.upstream = upstream;
    this.state = state;
    known = named;
  }

  @Override
  public Result probe(Deadline deadline) {
    if (known.isEmpty()) {
      known = remembered();
    }
    String gun = known.orElse(NOBODYS);
    ProbeResult probed = upstream.probe(RoleFiles.request(gun, FILE, Roles.TIMESTAMP), deadline);
    return switch (probed.result()) {
      case FetchResult.NotFound() -> up("answers, has nothing for " + gun, probed);
      case FetchResult.Body(byte[] bytes) -> judge(bytes, gun, probed);
      case FetchResult.Failed failed -> judge(failed, gun, probed);
    };
  }

  private Result judge(FetchResult.Failed failed, String gun, ProbeResult probed) {
    return switch (failed.reason()) {
      case AUTH_FAILED -> up("answers, refuses " + gun + ": " + failed.detail(), probed);
      case RATE_LIMITED -> up("answers, limits the rate: " + failed.detail(), probed);
      default -> down(failed.reason(), failed.detail(), probed);
    };
  }

  private Result judge(byte[] bytes, String gun, ProbeResult probed) {
    try {
      var _ = MetadataParser.parse(Envelope.parse(bytes, Roles.TIMESTAMP), Roles.TIMESTAMP);
      return up("serves " + FILE + " of " + gun, probed);
    } catch (TrustException notATimestamp) {
      return down(Reason.UPSTREAM_MALFORMED, notATimestamp.detail(), probed);
    }
  }

  private Result up(String detail, ProbeResult probed) {
    return new Result(true, upstream.host() + " " + detail, probed.serverDate());
  }

  private static Result down(Reason reason, String detail, ProbeResult probed) {
    return new Result(false, "[" + reason.code() + "] " + detail, probed.serverDate());
  }

  /** Remembered are only repositories that were verified, so nobody else chooses what is asked. */
  private Optional<String> remembered() {
    String prefix = upstream.host() + ' ';
    return state.repositories().stream()
        .filter(key -> key.startsWith(prefix))
        .map(key -> key.substring(prefix.length()))
        .filter(gun -> ImageReference.parse(gun) instanceof ReferenceResult.Valid)
        .findFirst();
  }

  @Override
  public boolean suspended() {
    return upstream.suspended();
  }
}
