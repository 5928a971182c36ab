package dev.assayer.state;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What two memories of one repository say together: of each role the higher version. A root that
 * replaced the keys of timestamp and snapshot takes their marks with it, so that a mark never
 * stands beside a root under which it does not count (TUF 1.0 section 5.3.11). In any order, and
 * however often, the outcome is the same, as long as nobody equivocates.
 *
 * @param memory the outcome
 * @param conflicts roles of which the two saw other content under one version; the first one's is
 *     kept
 */
record Joined(RepositoryMemory memory, Set<String> conflicts) {
  private static final String ROOT = "root";
  private static final Set<String> ONLINE = Set.of("timestamp", "snapshot");

  static Joined of(RepositoryMemory first, RepositoryMemory second) {
    if (first.isNew()) {
      return new Joined(second.isNew() ? first : second, Set.of());
    }
    if (second.isNew() || first.equals(second)) {
      return new Joined(first, Set.of());
    }
    boolean secondIsNewer = rootVersion(second) > rootVersion(first);
    RepositoryMemory newer = secondIsNewer ? second : first;
    RepositoryMemory older = secondIsNewer ? first : second;
    boolean replaced =
        first.onlineKeys().isPresent()
            && second.onlineKeys().isPresent()
            && !first.onlineKeys().equals(second.onlineKeys());
    Set<String> conflicts = new TreeSet<>();
    Map<String, Mark> marks = new HashMap<>(first.marks());
    second
        .marks()
        .forEach((role, mark) ->
            marks.merge(
                role,
                mark,
                (one, other) -> {
                  if (one.version() == other.version() && !one.equals(other)) {
                    conflicts.add(role);
                  }
                  return other.version() > one.version() ? other : one;
                }));
    if (replaced) {
      for (String role : ONLINE) {
        conflicts.remove(role);
        marks.remove(role);
        Optional.ofNullable(newer.marks().get(role)).ifPresent(mark -> marks.put(role, mark));
      }
    }
    Set<String> signers = new HashSet<>(first.signers());
    signers.addAll(second.signers());
    return new Joined(
        new RepositoryMemory(
            root(newer, older),
            marks,
            newer.onlineKeys().or(older::onlineKeys),
            signers,
            later(first.verifiedAt(), second.verifiedAt())),
        Set.copyOf(conflicts));
  }

  private static long rootVersion(RepositoryMemory memory) {
    Mark mark = memory.marks().get(ROOT);
    return mark == null ? 0 : mark.version();
  }

  /** An older root serves too: the newer one must descend from it, and the mark stands. */
  private static Optional<String> root(RepositoryMemory newer, RepositoryMemory older) {
    boolean equal =
        Optional.ofNullable(newer.marks().get(ROOT))
            .equals(Optional.ofNullable(older.marks().get(ROOT)));
    if (equal && newer.root().isPresent() && older.root().isPresent()) {
      // One is from before: any will do, but the same one whoever asks.
      return newer.root().get().compareTo(older.root().get()) >= 0 ? newer.root() : older.root();
    }
    return newer.root().or(older::root);
  }

  private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.or(() -> other);
    }
    return one.get().isAfter(other.get()) ? one : other;
  }
}
