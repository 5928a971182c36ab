package dev.assayer.server;

import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.TrustFacts;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was last verified of one repository.
 *
 * @param roles the chain of trust by role name
 * @param snapshot content address of the snapshot that the roles belong to
 * @param freshness {@code fresh} or {@code memory}, as of the last verification
 * @param fetched when the freshness proof was last fetched
 * @param verified when an image of it was last verified
 */
record TrustEntry(
    String validator,
    String upstream,
    String repository,
    Map<String, RoleTrust> roles,
    String snapshot,
    String freshness,
    Instant fetched,
    Instant verified) {
  private static final int SHORT_ID = 12;
  private static final String SNAPSHOT = "snapshot";
  private static final List<String> BASE = List.of("root", "timestamp", SNAPSHOT, "targets");

  /** Copies the map. */
  TrustEntry {
    roles = Collections.unmodifiableMap(new TreeMap<>(roles));
  }

  /** What one verification proved. */
  static TrustEntry of(
      String validator, String upstream, String repository, TrustFacts facts, Instant at) {
    Map<String, RoleTrust> roles = new TreeMap<>();
    facts.chain().forEach(role -> roles.put(role.role(), role));
    String snapshot = roles.containsKey(SNAPSHOT) ? roles.get(SNAPSHOT).sha256() : "";
    return new TrustEntry(
        validator,
        upstream,
        repository,
        roles,
        snapshot,
        facts.freshness(),
        facts.age().map(at::minus).orElse(at),
        at);
  }

  /**
   * This entry after a newer verification. Delegations that it did not look at stay as long as the
   * snapshot is the same: a newer one may have changed or dropped them.
   */
  TrustEntry followedBy(TrustEntry newer) {
    if (newer.verified().isBefore(verified) || !newer.snapshot().equals(snapshot)) {
      return newer.verified().isBefore(verified) ? this : newer;
    }
    Map<String, RoleTrust> all = new TreeMap<>(roles);
    all.putAll(newer.roles());
    return new TrustEntry(
        newer.validator(),
        newer.upstream(),
        newer.repository(),
        all,
        snapshot,
        newer.freshness(),
        newer.fetched().isBefore(fetched) ? fetched : newer.fetched(),
        newer.verified());
  }

  JsonObject json() {
    List<Json> chain =
        roles.values().stream()
            .sorted((one, other) -> Integer.compare(rank(one), rank(other)))
            .<Json>map(TrustEntry::json)
            .toList();
    return JsonObject.builder()
        .put("validator", validator)
        .put("upstream", upstream)
        .put("repository", repository)
        .put("freshness", freshness)
        .put("last_fetched", fetched.toString())
        .put("last_verified", verified.toString())
        .put("roles", new JsonArray(chain))
        .build();
  }

  /** Base roles in chain order, then delegations by name, which is the order they come in. */
  private static int rank(RoleTrust role) {
    int base = BASE.indexOf(role.role());
    return base < 0 ? BASE.size() : base;
  }

  private static JsonObject json(RoleTrust role) {
    return JsonObject.builder()
        .put("role", role.role())
        .put("version", role.version())
        .put("expires", role.expires().toString())
        .put("threshold", role.threshold())
        .put("signers", role.signedBy().stream().map(TrustEntry::shortened).toList())
        .build();
  }

  private static String shortened(String keyId) {
    return keyId.substring(0, Math.min(SHORT_ID, keyId.length()));
  }
}
