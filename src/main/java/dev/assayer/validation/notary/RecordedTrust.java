package dev.assayer.validation.notary;

import dev.assayer.config.NotaryV1Config;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.decision.Evidence;
import dev.assayer.decision.StageLog;
import dev.assayer.remote.Fetch;
import dev.assayer.remote.FetchResult;
import dev.assayer.remote.Upstream;
import dev.assayer.state.InMemoryTrustState;
import dev.assayer.state.RepositoryMemory;
import dev.assayer.state.TrustState;
import dev.assayer.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Verifies again from files that were kept: the same code, with a Notary that has these files and
 * nothing else, and a memory that holds the oldest of several roots, so that the way from it to the
 * newest is verified too.
 */
public final class RecordedTrust {
  private static final Set<String> BASE =
      Set.of(Roles.ROOT, Roles.TIMESTAMP, Roles.SNAPSHOT, Roles.TARGETS);

  private RecordedTrust() {}

  /**
   * A validator that asks nobody.
   *
   * @param gun the repository that the files are for
   * @param files each for its role; of several roots the one of the highest version is current
   * @param rotations whether the way between several roots is to be verified
   * @param revokedKeyIds as in {@link NotaryOptions}
   */
  public static NotaryValidator validator(
      NotaryV1Config section,
      String gun,
      List<Evidence> files,
      boolean rotations,
      SignatureVerifier verifier,
      Set<String> revokedKeyIds) {
    List<Evidence> roots =
        files.stream()
            .filter(file -> file.role().equals(Roles.ROOT))
            .sorted(Comparator.comparingLong(Evidence::version))
            .toList();
    TrustState state = new InMemoryTrustState();
    if (rotations && roots.size() > 1) {
      String oldest = new String(roots.getFirst().content(), StandardCharsets.UTF_8);
      String key = RepositoryVerifier.key(section.host(), gun);
      boolean _ = state.replace(key, RepositoryMemory.NONE, remembering(oldest));
    }
    Map<String, byte[]> served = new HashMap<>();
    for (Evidence file : files) {
      if (isRole(file.role())) {
        put(served, gun, file.role() + '.' + file.sha256() + ".json", file);
        put(served, gun, file.role() + ".json", file);
      }
    }
    for (Evidence root : roots) {
      put(served, gun, root.version() + ".root.json", root);
      put(served, gun, "root.json", root);
    }
    return NotaryValidator.open(
        section,
        new Kept(section.host(), Map.copyOf(served)),
        state,
        verifier,
        new NotaryOptions(Duration.ZERO, revokedKeyIds, 0));
  }

  private static boolean isRole(String name) {
    return BASE.contains(name) || Roles.isDelegation(name);
  }

  private static void put(Map<String, byte[]> served, String gun, String name, Evidence file) {
    served.put(RoleFiles.request(gun, name, file.role()).path(), file.content());
  }

  private static RepositoryMemory remembering(String root) {
    return new RepositoryMemory(
        Optional.of(root), Map.of(), Optional.empty(), Set.of(), Optional.empty());
  }

  private record Kept(String host, Map<String, byte[]> files) implements Upstream {
    @Override
    public FetchResult fetch(Fetch fetch, StageLog stages, Deadline deadline) {
      return Optional.ofNullable(files.get(fetch.path()))
          .<FetchResult>map(FetchResult.Body::new)
          .orElseGet(FetchResult.NotFound::new);
    }

    @Override
    public void close() {}
  }
}
