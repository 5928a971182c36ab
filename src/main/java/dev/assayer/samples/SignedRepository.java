package dev.assayer.samples;

import dev.assayer.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * One Notary v1 repository with all its private keys: set up roles and targets, {@link #publish},
 * change something, publish again. Each publication gives a new timestamp, and a new version of
 * every other role whose content changed or that was touched; the rest keeps its bytes. Files named
 * by version or hash stay for ever, as on a real server. {@link #serve}, {@link #withhold} and
 * {@link #serveOnly} then change what is served without signing.
 *
 * <p>One thread may change it while servers read {@link #file}.
 */
public final class SignedRepository {
  /** The names of the four roles that every repository has. */
  public static final String ROOT = "root";

  public static final String TARGETS = "targets";
  public static final String SNAPSHOT = "snapshot";
  public static final String TIMESTAMP = "timestamp";

  private static final String JSON = ".json";
  private static final Duration YEAR = Duration.ofDays(365);

  private final String gun;
  private final InstantSource clock;
  private final Map<String, TufRole> topLevel = new LinkedHashMap<>();
  private final Map<String, TufRole> delegations = new TreeMap<>();
  private final Map<String, String> parents = new TreeMap<>();
  private final Map<String, Signed> last = new TreeMap<>();
  private List<TufKey> formerRootKeys = List.of();

  private volatile Map<String, byte[]> files = Map.of();
  private volatile Optional<Map<String, byte[]>> frozen = Optional.empty();
  private final Map<String, byte[]> overrides = new ConcurrentHashMap<>();
  private final Set<String> withheld = ConcurrentHashMap.newKeySet();

  /** How a role was last published; kept when its file is withdrawn, so that versions go on. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Signed(JsonObject content, long version, byte[] file) {
    static final JsonObject NO_CONTENT = JsonObject.builder().build();
    static final Signed NOTHING = new Signed(NO_CONTENT, 0, new byte[0]);

    /** The same version, to be replaced at the next publication in any case. */
    Signed stale() {
      return new Signed(NO_CONTENT, version, file);
    }
  }

  private SignedRepository(String gun, InstantSource clock, List<TufKey> keys) {
    this.gun = gun;
    this.clock = clock;
    topLevel.put(ROOT, new TufRole(ROOT, YEAR.multipliedBy(10), keys.subList(0, 1)));
    topLevel.put(SNAPSHOT, new TufRole(SNAPSHOT, YEAR.multipliedBy(3), keys.subList(1, 2)));
    topLevel.put(TARGETS, new TufRole(TARGETS, YEAR.multipliedBy(3), keys.subList(2, 3)));
    topLevel.put(TIMESTAMP, new TufRole(TIMESTAMP, Duration.ofDays(14), keys.subList(3, 4)));
  }

  /** A repository with new P-256 keys, the root's in a certificate for {@code gun}. */
  public static SignedRepository create(String gun) {
    return create(gun, InstantSource.system());
  }

  /**
   * As {@link #create(String)}; {@code clock} gives the time of signing, from which expiries count.
   */
  public static SignedRepository create(String gun, InstantSource clock) {
    return new SignedRepository(
        gun,
        clock,
        List.of(
            TufKey.x509(KeyKind.ECDSA_P256, gun),
            TufKey.bare(KeyKind.ECDSA_P256),
            TufKey.bare(KeyKind.ECDSA_P256),
            TufKey.bare(KeyKind.ECDSA_P256)));
  }

  /**
   * As {@link #create(String)} with keys that exist: to sign many repositories in little time.
   *
   * @param root the first of its keys is the pinned one
   * @param online signs all other roles
   */
  public static SignedRepository create(
      String gun, InstantSource clock, List<TufKey> root, TufKey online) {
    SignedRepository repository =
        new SignedRepository(gun, clock, List.of(root.getFirst(), online, online, online));
    var _ = repository.role(ROOT).keys(root.toArray(TufKey[]::new));
    return repository;
  }

  /** The globally unique name: {@code docker.io/library/nginx}. */
  public String gun() {
    return gun;
  }

  /** The role of this name, top-level or delegated. */
  public TufRole role(String name) {
    TufRole role = topLevel.containsKey(name) ? topLevel.get(name) : delegations.get(name);
    if (role == null) {
      throw new IllegalArgumentException("no role " + name + " in " + gun);
    }
    return role;
  }

  /** Whether there is a role of this name. */
  public boolean has(String name) {
    return topLevel.containsKey(name) || delegations.containsKey(name);
  }

  /** The role {@code targets}. */
  public TufRole targets() {
    return role(TARGETS);
  }

  /** Delegates {@code targets/…/name} from the role above it, which must exist. */
  public TufRole delegate(String name, TufKey... keys) {
    int slash = name.lastIndexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("a delegation is named targets/…, not " + name);
    }
    return delegateUnder(name.substring(0, slash), name, keys);
  }

  /** Delegates any name from any targets role: for names that no honest client would make. */
  public TufRole delegateUnder(String parent, String name, TufKey... keys) {
    var _ = role(parent);
    TufRole role = new TufRole(name, YEAR.multipliedBy(3), List.of(keys));
    delegations.put(name, role);
    parents.put(name, parent);
    return role;
  }

  /** Takes a delegation away from its parent and from the snapshot, with all below it. */
  public void removeDelegation(String name) {
    delegations.remove(name);
    parents.remove(name);
    List<String> below =
        parents.entrySet().stream()
            .filter(entry -> entry.getValue().equals(name))
            .map(Map.Entry::getKey)
            .toList();
    below.forEach(this::removeDelegation);
  }

  /**
   * Signs whatever is new.
   *
   * @return all files that exist now, by file name, former ones named by hash or version included;
   *     unmodifiable, for {@link #serveOnly} later
   */
  public Map<String, byte[]> publish() {
    Instant now = clock.instant();
    Map<String, byte[]> all = new TreeMap<>(files);
    Map<String, byte[]> meta = new TreeMap<>();
    publishRoot(now, all, meta);
    for (TufRole role : targetsRoles()) {
      if (role.published()) {
        Signed signed = sign(role, Metadata.targets(role, children(role.name())), now);
        meta.put(role.name(), signed.file());
      }
    }
    Signed snapshot = sign(role(SNAPSHOT), Metadata.meta("Snapshot", meta), now);
    TufRole stamp = role(TIMESTAMP);
    last.computeIfPresent(TIMESTAMP, (name, old) -> old.stale());
    Signed timestamp =
        sign(stamp, Metadata.meta("Timestamp", Map.of(SNAPSHOT, snapshot.file())), now);
    meta.put(SNAPSHOT, snapshot.file());
    meta.put(TIMESTAMP, timestamp.file());
    last.keySet().stream()
        .filter(name -> !meta.containsKey(name))
        .forEach(n -> all.remove(n + JSON));
    meta.forEach((name, bytes) -> {
      all.put(name + JSON, bytes);
      all.put(name + "." + Hashes.sha256Hex(bytes) + JSON, bytes);
    });
    files = Collections.unmodifiableMap(all);
    return files;
  }

  /**
   * The bytes served under this file name, such as {@code targets/releases.json}; do not change.
   */
  public Optional<byte[]> file(String name) {
    if (withheld.contains(name)) {
      return Optional.empty();
    }
    byte[] override = overrides.get(name);
    return Optional.ofNullable(override != null ? override : frozen.orElse(files).get(name));
  }

  /** The file at a path of a Notary server: {@code /v2/<gun>/_trust/tuf/<file>}. */
  public Optional<byte[]> served(String path) {
    String prefix = "/v2/" + gun + "/_trust/tuf/";
    return path.startsWith(prefix) ? file(path.substring(prefix.length())) : Optional.empty();
  }

  /** Serves these bytes under this name, whatever is published. */
  public void serve(String name, byte[] bytes) {
    overrides.put(name, bytes.clone());
  }

  /** Serves nothing under this name: 404. */
  public void withhold(String name) {
    withheld.add(name);
  }

  /** Serves exactly these files, as an attacker does who kept an earlier publication. */
  public void serveOnly(Map<String, byte[]> earlier) {
    frozen = Optional.of(Map.copyOf(earlier));
  }

  /** Ends {@link #serve}, {@link #withhold} and {@link #serveOnly}. */
  public void serveAsPublished() {
    overrides.clear();
    withheld.clear();
    frozen = Optional.empty();
  }

  /** The first root key as PEM: what the trust root of a validator pins. */
  public String pinnedRootPem() {
    return role(ROOT).keys().getFirst().publicKeyPem();
  }

  /** The first root key's certificate as PEM; an error if the key is bare. */
  public String rootCertificatePem() {
    return Certificates.pem(role(ROOT).keys().getFirst().certificate().orElseThrow());
  }

  private void publishRoot(Instant now, Map<String, byte[]> all, Map<String, byte[]> meta) {
    TufRole root = role(ROOT);
    List<TufKey> signers = new ArrayList<>(root.keys());
    formerRootKeys.stream().filter(key -> !signers.contains(key)).forEach(signers::add);
    Signed signed = sign(root, Metadata.root(topLevel.values()), signers, now);
    formerRootKeys = root.keys();
    all.put(signed.version() + ".root.json", signed.file());
    meta.put(ROOT, signed.file());
  }

  private Signed sign(TufRole role, JsonObject content, Instant now) {
    return sign(role, content, role.keys(), now);
  }

  private Signed sign(TufRole role, JsonObject content, List<TufKey> signers, Instant now) {
    Signed before = last.getOrDefault(role.name(), Signed.NOTHING);
    if (before.content().equals(content) && !role.touched()) {
      return before;
    }
    long version = role.versionAfter(before.version());
    byte[] file = role.sign(Metadata.dated(content, version, role.expiry(now)), signers);
    Signed signed = new Signed(content, version, file);
    last.put(role.name(), signed);
    return signed;
  }

  private List<TufRole> targetsRoles() {
    return Stream.concat(Stream.of(targets()), delegations.values().stream()).toList();
  }

  private List<TufRole> children(String parent) {
    return delegations.values().stream()
        .filter(role -> parent.equals(parents.get(role.name())))
        .toList();
  }
}
