package dev.assayer.samples;

import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What one role of a {@link SignedRepository} will be at the next {@link SignedRepository#publish}.
 * Setters return this role. Hooks stay until they are replaced; they run in the order {@link
 * #editSigned}, {@link #editSignatures}, {@link #editFile}, and the hashes that higher roles give
 * are of the outcome.
 */
public final class TufRole {
  private final String name;
  private List<TufKey> keys;
  private Optional<List<TufKey>> signers = Optional.empty();
  private int threshold = 1;
  private OptionalLong nextVersion = OptionalLong.empty();
  private Duration lifetime;
  private Optional<Instant> expires = Optional.empty();
  private List<String> paths = List.of("");
  private boolean published = true;
  private final Map<String, JsonObject> targets = new TreeMap<>();
  private UnaryOperator<JsonObject> editSigned = UnaryOperator.identity();
  private UnaryOperator<List<TufSignature>> editSignatures = UnaryOperator.identity();
  private UnaryOperator<byte[]> editFile = UnaryOperator.identity();
  private boolean touched;

  TufRole(String name, Duration lifetime, List<TufKey> keys) {
    this.name = name;
    this.lifetime = lifetime;
    this.keys = List.copyOf(keys);
  }

  /** The full name: {@code targets/releases}. */
  public String name() {
    return name;
  }

  /**
   * The keys that the parent lists for this role, and that sign it unless {@link #signers} says
   * otherwise. A new root is by default signed by the keys of the root before it, too.
   */
  public TufRole keys(TufKey... newKeys) {
    keys = List.of(newKeys);
    return touch();
  }

  /** The keys that the parent lists. */
  public List<TufKey> keys() {
    return keys;
  }

  /** Exactly these keys sign from now on, listed or not: foreign keys, too few, or none. */
  public TufRole signers(TufKey... exactly) {
    signers = Optional.of(List.of(exactly));
    return touch();
  }

  /** Honest again: whoever is listed signs. */
  public TufRole signersAsListed() {
    signers = Optional.empty();
    return touch();
  }

  /** How many keys the parent demands; impossible values go through {@link #editSigned}. */
  public TufRole threshold(int count) {
    threshold = count;
    return touch();
  }

  /** The version of the next publication, up or down; later ones count on from there. */
  public TufRole version(long version) {
    nextVersion = OptionalLong.of(version);
    return touch();
  }

  /** Expires this long after each signing; negative: signed already expired. */
  public TufRole lifetime(Duration fromSigning) {
    lifetime = fromSigning;
    expires = Optional.empty();
    return touch();
  }

  /** Expires at this instant, whenever signed. */
  public TufRole expires(Instant instant) {
    expires = Optional.of(instant);
    return touch();
  }

  /** The path prefixes that the parent allows to this delegation; by default all. */
  public TufRole paths(String... prefixes) {
    paths = List.of(prefixes);
    return touch();
  }

  /** Whether the role has a file; a delegation nobody signed yet has none. */
  public TufRole published(boolean yes) {
    published = yes;
    return touch();
  }

  /**
   * Signs a tag, or signs it anew.
   *
   * @param digest of the manifest: {@code sha256:} and 64 hex digits
   * @param length of the manifest in bytes
   */
  public TufRole target(String tag, String digest, long length) {
    return target(tag, Metadata.target(digest, length));
  }

  /** Signs a tag for a pushed image. */
  public TufRole target(String tag, PushedImage image) {
    return target(tag, image.digest(), image.length());
  }

  /** As {@link #target(String, String, long)} with the optional, unverified {@code custom}. */
  public TufRole target(String tag, String digest, long length, Json custom) {
    return target(tag, Edit.set(custom, "custom").apply(Metadata.target(digest, length)));
  }

  /** Signs a tag with any target object. */
  public TufRole target(String tag, JsonObject target) {
    targets.put(tag, target);
    return touch();
  }

  /** Takes a tag away. */
  public TufRole removeTarget(String tag) {
    targets.remove(tag);
    return touch();
  }

  /** Edits the {@code signed} object before it is signed. */
  public TufRole editSigned(UnaryOperator<JsonObject> edit) {
    editSigned = edit;
    return touch();
  }

  /** Edits the signatures after signing: drop, repeat, swap, relabel. */
  public TufRole editSignatures(UnaryOperator<List<TufSignature>> edit) {
    editSignatures = edit;
    return touch();
  }

  /** Edits the finished file: tamper with content, order, white space. */
  public TufRole editFile(UnaryOperator<byte[]> edit) {
    editFile = edit;
    return touch();
  }

  /** Takes all three hooks away. */
  public TufRole honest() {
    editSigned = UnaryOperator.identity();
    editSignatures = UnaryOperator.identity();
    editFile = UnaryOperator.identity();
    return touch();
  }

  int threshold() {
    return threshold;
  }

  List<String> paths() {
    return paths;
  }

  boolean published() {
    return published;
  }

  Map<String, JsonObject> targets() {
    return targets;
  }

  /** Whether anything was set since the role was last signed. */
  boolean touched() {
    return touched;
  }

  long versionAfter(long last) {
    return nextVersion.orElseGet(() -> Math.addExact(last, 1));
  }

  Instant expiry(Instant now) {
    return expires.orElse(now.plus(lifetime));
  }

  /** The finished file, signed by {@code listed} unless the signers are set. */
  byte[] sign(JsonObject honest, List<TufKey> listed) {
    JsonObject signed = editSigned.apply(honest);
    byte[] message = Metadata.bytes(signed);
    List<TufSignature> signatures =
        signers.orElse(listed).stream().map(key -> key.sign(message)).toList();
    nextVersion = OptionalLong.empty();
    touched = false;
    JsonObject envelope = Metadata.envelope(signed, editSignatures.apply(signatures));
    return editFile.apply(Metadata.bytes(envelope));
  }

  private TufRole touch() {
    touched = true;
    return this;
  }
}
