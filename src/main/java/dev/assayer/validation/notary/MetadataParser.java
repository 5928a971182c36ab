package dev.assayer.validation.notary;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the {@code signed} part of each role; unknown fields are as if absent. Names chosen by a
 * signer stay in hash maps that keep their order on collisions; {@code Map.copyOf} would probe.
 */
final class MetadataParser {
  /** More keys than any role has; a threshold above it is not a threshold. */
  private static final int MAX_THRESHOLD = 1024;

  /** Reading a key can be slow, and root's are read before any signature is checked. */
  private static final int MAX_ROOT_KEYS = 64;

  private static final int MAX_DELEGATION_KEYS = 1024;

  private static final List<String> BASE_ROLES =
      List.of(Roles.ROOT, Roles.TIMESTAMP, Roles.SNAPSHOT, Roles.TARGETS);

  private MetadataParser() {}

  static RoleFile parse(Envelope envelope, String role) throws TrustException {
    return switch (role) {
      case Roles.ROOT -> root(envelope.signed());
      case Roles.TIMESTAMP -> timestamp(envelope.signed());
      case Roles.SNAPSHOT -> snapshot(envelope.signed());
      default -> targets(envelope.signed(), role);
    };
  }

  static RoleFile.Root root(JsonObject signed) throws TrustException {
    String what = "root.json";
    Map<String, TufKey> keys = keys(signed, MAX_ROOT_KEYS, what);
    JsonObject roles = Fields.object(Fields.member(signed, "roles", what), what + " roles");
    Map<String, RoleKeys> byRole = new HashMap<>();
    for (String role : BASE_ROLES) {
      JsonObject entry =
          Fields.object(Fields.member(roles, role, what + " roles"), what + " role " + role);
      byRole.put(role, roleKeys(entry, role, keys, what + " role " + role));
    }
    return new RoleFile.Root(version(signed, what), expires(signed, what), Map.copyOf(byRole));
  }

  private static RoleFile.Timestamp timestamp(JsonObject signed) throws TrustException {
    String what = "timestamp.json";
    JsonObject meta = Fields.object(Fields.member(signed, "meta", what), what + " meta");
    FileMeta snapshot =
        FileMeta.parse(
            Fields.member(meta, Roles.SNAPSHOT, what + " meta"), what + " entry snapshot");
    return new RoleFile.Timestamp(version(signed, what), expires(signed, what), snapshot);
  }

  private static RoleFile.Snapshot snapshot(JsonObject signed) throws TrustException {
    String what = "snapshot.json";
    JsonObject meta = Fields.object(Fields.member(signed, "meta", what), what + " meta");
    Map<String, FileMeta> files = new LinkedHashMap<>();
    for (Map.Entry<String, Json> entry : meta.entries()) {
      String name = entry.getKey();
      if (BASE_ROLES.contains(name) || Roles.isDelegation(name)) {
        files.put(name, FileMeta.parse(entry.getValue(), what + " entry " + name));
      }
    }
    for (String required : List.of(Roles.ROOT, Roles.TARGETS)) {
      if (!files.containsKey(required)) {
        throw Fields.malformed(what + " has no entry " + required);
      }
    }
    return new RoleFile.Snapshot(
        version(signed, what), expires(signed, what), Collections.unmodifiableMap(files));
  }

  private static RoleFile.Targets targets(JsonObject signed, String role) throws TrustException {
    String what = role + ".json";
    JsonObject targets = Fields.object(Fields.member(signed, "targets", what), what + " targets");
    Map<String, Delegation> delegations = new LinkedHashMap<>();
    Optional<Json> declared = Fields.optional(signed, "delegations");
    if (declared.isPresent()) {
      JsonObject object = Fields.object(declared.get(), what + " delegations");
      Map<String, TufKey> keys = keys(object, MAX_DELEGATION_KEYS, what + " delegations");
      Json roles = Fields.optional(object, "roles").orElse(JsonArray.of());
      for (Json entry : Fields.array(roles, what + " delegations roles").values()) {
        delegation(Fields.object(entry, what + " delegation"), role, keys, delegations, what);
      }
    }
    return new RoleFile.Targets(
        version(signed, what),
        expires(signed, what),
        targets,
        Collections.unmodifiableMap(delegations));
  }

  private static void delegation(
      JsonObject entry,
      String parent,
      Map<String, TufKey> keys,
      Map<String, Delegation> delegations,
      String what)
      throws TrustException {
    String name = Fields.text(Fields.member(entry, "name", what), what + " delegation name");
    if (!Roles.isDelegation(name) || !Roles.parent(name).equals(parent)) {
      throw Fields.malformed(what + " delegates to a role that is not directly below " + parent);
    }
    String label = what + " delegation " + name;
    Optional<Json> paths = Fields.optional(entry, "paths");
    Delegation delegation =
        new Delegation(
            roleKeys(entry, name, keys, label),
            paths.isPresent() ? Fields.texts(paths.get(), label + " paths") : List.of());
    if (delegations.put(name, delegation) != null) {
      throw Fields.malformed(what + " delegates twice to " + name);
    }
  }

  private static RoleKeys roleKeys(
      JsonObject entry, String role, Map<String, TufKey> keys, String what) throws TrustException {
    long threshold =
        Fields.integer(
            Fields.member(entry, "threshold", what), 1, MAX_THRESHOLD, what + " threshold");
    // Notary writes null for a delegation whose last key was taken away: nobody can sign it.
    Json listed = Fields.member(entry, "keyids", what);
    List<String> ids = listed == JsonNull.NULL ? List.of() : Fields.texts(listed, what + " keyids");
    Set<String> distinct = new LinkedHashSet<>(ids);
    Map<String, TufKey> own = new LinkedHashMap<>();
    for (String id : distinct) {
      TufKey key = keys.get(id);
      if (key != null) {
        own.put(id, key);
      }
    }
    return new RoleKeys(role, (int) threshold, List.copyOf(distinct), Map.copyOf(own));
  }

  /** The keys by recomputed id; an entry under an id that is not its own is as if absent. */
  private static Map<String, TufKey> keys(JsonObject holder, int max, String what)
      throws TrustException {
    Map<String, TufKey> keys = new HashMap<>();
    JsonObject table = Fields.object(Fields.member(holder, "keys", what), what + " keys");
    if (table.size() > max) {
      throw Fields.malformed(what + " has " + table.size() + " keys, more than " + max);
    }
    for (Map.Entry<String, Json> entry : table.entries()) {
      TufKey key = TufKey.parse(Fields.object(entry.getValue(), what + " key"), what + " key");
      if (key.id().equals(entry.getKey())) {
        keys.put(key.id(), key);
      }
    }
    return Map.copyOf(keys);
  }

  private static long version(JsonObject signed, String what) throws TrustException {
    return Fields.integer(
        Fields.member(signed, "version", what), 1, Long.MAX_VALUE, what + " version");
  }

  private static Instant expires(JsonObject signed, String what) throws TrustException {
    return Fields.instant(Fields.member(signed, "expires", what), what + " expires");
  }
}
