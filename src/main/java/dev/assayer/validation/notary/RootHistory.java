package dev.assayer.validation.notary;

import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.remote.FetchResult;
import dev.assayer.remote.Upstream;
import dev.assayer.time.Deadline;
import dev.assayer.validation.notary.RootKeyLookup.RootKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Walks the versions of root.json that a Notary v1 server keeps, and checks that each is signed by
 * the root keys of the one before and by its own (TUF 1.0 section 5.3.4). That shows rotations
 * without a break; it does not show whose keys they are.
 */
public final class RootHistory {
  /** So many versions are fetched at most, the newest. */
  public static final int MOST_VERSIONS = 64;

  /** What came of it. */
  public sealed interface Result {
    /**
     * The versions, oldest first, the current one last.
     *
     * @param current what the last one says: one answer of the server, so that it cannot show the
     *     keys of one root and the history of another
     * @param before how many older ones were not asked for
     */
    record Found(RootKeyLookup.Result.Found current, List<Version> versions, long before)
        implements Result {}

    /**
     * The server did not answer, or has nothing.
     *
     * @param detail one sentence
     */
    record Failed(Reason reason, String detail) implements Result {}
  }

  /** Whether a version follows from the one before it. */
  public enum Link {
    /** Version 1 follows from none. */
    FIRST,
    /** A threshold of the keys of the version before signed it, and one of its own. */
    VERIFIED,
    /** They did not. */
    NOT_VERIFIED,
    /** The version before, or this one, is not there. */
    UNKNOWN
  }

  /**
   * One version.
   *
   * @param number its version number
   * @param content empty where the server has no such file, or none that can be read
   * @param detail what is wrong, in one sentence; empty if nothing is
   */
  public record Version(long number, Optional<Content> content, Link link, String detail) {}

  /**
   * What a version says.
   *
   * @param keys the usable root keys
   * @param threshold how many of them must sign
   * @param expires when it expires
   */
  public record Content(List<RootKey> keys, int threshold, Instant expires) {}

  private record Read(Envelope envelope, RoleFile.Root root) {
    RoleKeys keys() {
      return root.role(Roles.ROOT);
    }
  }

  private final String gun;
  private final RoleFiles files;
  private final Signatures signatures = new Signatures(SignatureVerifier.create(), Set.of());

  private RootHistory(String gun, RoleFiles files) {
    this.gun = gun;
    this.files = files;
  }

  /** Asks {@code upstream} for the versions of the root.json of {@code gun}. */
  public static Result walk(Upstream upstream, String gun, Deadline deadline) {
    RoleFiles files = new RoleFiles(upstream, gun, new StageLog(), deadline);
    try {
      byte[] newest = RootKeyLookup.current(files, upstream, gun);
      return switch (RootKeyLookup.read(newest, gun)) {
        case RootKeyLookup.Result.Failed(Reason reason, String detail) ->
            new Result.Failed(reason, detail);
        case RootKeyLookup.Result.Found shown ->
            new RootHistory(gun, files).to(shown, read(newest));
      };
    } catch (TrustException failure) {
      return new Result.Failed(failure.reason(), failure.detail());
    }
  }

  private Result to(RootKeyLookup.Result.Found shown, Read current) throws TrustException {
    long newest = current.root().version();
    long oldest = Math.max(1, newest - MOST_VERSIONS + 1);
    List<Version> versions = new ArrayList<>();
    Optional<Read> before = Optional.empty();
    for (long number = oldest; number < newest; number++) {
      Optional<Read> read = Optional.empty();
      String problem = "";
      switch (files.root(number)) {
        case FetchResult.Body(byte[] bytes) -> {
          try {
            read = Optional.of(numbered(bytes, number));
          } catch (TrustException broken) {
            problem = broken.detail();
          }
        }
        case FetchResult.NotFound() -> problem = "the server has no " + number + ".root.json";
        case FetchResult.Failed(Reason reason, String detail, boolean outage) ->
            throw new TrustException(reason, detail, outage);
      }
      versions.add(version(number, read, before, problem));
      before = read;
    }
    versions.add(version(newest, Optional.of(current), before, ""));
    return new Result.Found(shown, List.copyOf(versions), oldest - 1);
  }

  private static Read read(byte[] bytes) throws TrustException {
    Envelope envelope = Envelope.parse(bytes, Roles.ROOT);
    return new Read(envelope, MetadataParser.root(envelope.signed()));
  }

  private static Read numbered(byte[] bytes, long number) throws TrustException {
    Read read = read(bytes);
    if (read.root().version() != number) {
      throw new TrustException(
          Reason.ROOT_CHAIN, number + ".root.json says version " + read.root().version());
    }
    return read;
  }

  private Version version(long number, Optional<Read> read, Optional<Read> before, String problem) {
    Optional<Content> content =
        read.map(one ->
            new Content(
                RootKeyLookup.keys(one.envelope(), one.keys(), gun),
                one.keys().threshold(),
                one.root().expires()));
    if (read.isEmpty()) {
      return new Version(number, content, Link.UNKNOWN, problem);
    }
    Optional<String> fault = fault(read.get(), before);
    if (fault.isPresent()) {
      return new Version(number, content, Link.NOT_VERIFIED, fault.get());
    }
    Link link = number == 1 ? Link.FIRST : before.isPresent() ? Link.VERIFIED : Link.UNKNOWN;
    return new Version(number, content, link, "");
  }

  private Optional<String> fault(Read next, Optional<Read> before) {
    if (before.isPresent()) {
      Optional<String> unlinked = unsigned(next, before.get().keys());
      if (unlinked.isPresent()) {
        return unlinked.map(why -> "by the keys of the version before: " + why);
      }
    }
    return unsigned(next, next.keys()).map(why -> "by its own keys: " + why);
  }

  private Optional<String> unsigned(Read file, RoleKeys keys) {
    try {
      var _ = signatures.require(file.envelope(), keys);
      return Optional.empty();
    } catch (TrustException unsigned) {
      return Optional.of(unsigned.detail());
    }
  }
}
