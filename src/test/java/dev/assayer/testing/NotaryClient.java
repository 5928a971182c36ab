package dev.assayer.testing;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The real notary command line with a home and a trust directory of its own. Every command that
 * changes something publishes at once. Repositories (GUNs) are {@code host/path} without a tag;
 * roles are named in full, such as {@code targets/releases}. A command that fails throws
 * IllegalStateException with what it said.
 */
public final class NotaryClient {
  private static final Duration COMMAND = Duration.ofSeconds(30);
  private static final String PASSPHRASE = "only for tests";

  private final URI server;
  private final Path ca;
  private final Path home;
  private int commands;

  NotaryClient(URI server, Path ca, Path home) {
    this.server = server;
    this.ca = ca;
    this.home = home;
  }

  /** Creates the repository; root, targets and snapshot key stay with this client. */
  public NotaryClient init(String gun) {
    return quietly("init", gun, "-p");
  }

  /** Creates the repository under an imported root key (PEM, encrypted). */
  public NotaryClient init(String gun, Path rootKey) {
    return quietly("init", gun, "--rootkey", rootKey.toString(), "-p");
  }

  /** Creates the repository as Docker does: the server keeps the snapshot key. */
  public NotaryClient initLikeDocker(String gun) {
    return init(gun).rotateKey(gun, "snapshot", true);
  }

  /**
   * Signs a tag.
   *
   * @param digestHex sha256 of the manifest
   * @param size its length in bytes
   * @param roles delegations that sign; none for {@code targets}
   */
  public NotaryClient addTag(String gun, String tag, String digestHex, long size, String... roles) {
    return publishing(
        List.of("addhash", gun, tag, Long.toString(size), "--sha256", digestHex), roles);
  }

  /** Signs a tag with targets by sha512, and by sha256 too if that is not empty. */
  public NotaryClient addTagSha512(
      String gun, String tag, String sha512Hex, String sha256Hex, long size) {
    List<String> command =
        new ArrayList<>(List.of("addhash", gun, tag, Long.toString(size), "--sha512", sha512Hex));
    if (!sha256Hex.isEmpty()) {
      command.addAll(List.of("--sha256", sha256Hex));
    }
    return publishing(command);
  }

  /** Removes a tag from targets, or from the delegations named. */
  public NotaryClient removeTag(String gun, String tag, String... roles) {
    return publishing(List.of("remove", gun, tag), roles);
  }

  /** Delegates to the holders of these certificates, for tags that start with {@code paths}. */
  public NotaryClient delegate(
      String gun, String role, List<String> paths, SignerKeys.Identity... holders) {
    List<String> command = new ArrayList<>(List.of("delegation", "add", gun, role));
    Arrays.stream(holders).map(holder -> holder.certificate().toString()).forEach(command::add);
    if (paths.isEmpty()) {
      command.add("--all-paths");
    } else {
      command.addAll(List.of("--paths", String.join(",", paths)));
    }
    return publishing(command);
  }

  /** Delegates every tag to the holders of these certificates. */
  public NotaryClient delegate(String gun, String role, SignerKeys.Identity... holders) {
    return delegate(gun, role, List.of(), holders);
  }

  /** Takes all paths from a delegation, so that narrower ones can be added. */
  public NotaryClient clearPaths(String gun, String role) {
    return quietly("delegation", "remove", gun, role, "--all-paths", "-p");
  }

  /** Takes single keys from a delegation, by the ids that {@link #keyIds} lists. */
  public NotaryClient removeDelegationKeys(String gun, String role, List<String> keyIds) {
    List<String> command = new ArrayList<>(List.of("delegation", "remove", gun, role));
    command.addAll(keyIds);
    command.add("-y");
    return publishing(command);
  }

  /** Ends a delegation altogether. */
  public NotaryClient removeDelegation(String gun, String role) {
    return quietly("delegation", "remove", gun, role, "-y", "-p");
  }

  /** Takes a delegation's private key into this client's store. */
  public NotaryClient importKey(SignerKeys.Identity identity, String owner) {
    return quietly("key", "import", identity.key().toString(), "--role", owner);
  }

  /** Ids of the keys in this client's store that have this role or owner. */
  public List<String> keyIds(String owner) {
    return run("", "key", "list")
        .lines()
        .map(line -> line.strip().split(" +", -1))
        .filter(columns -> columns.length >= 3 && columns[0].equals(owner))
        .map(columns -> columns[columns.length - 2])
        .toList();
  }

  /** Replaces a role's key; published at once. */
  public NotaryClient rotateKey(String gun, String role, boolean serverManaged) {
    List<String> command = new ArrayList<>(List.of("key", "rotate", gun, role));
    if (serverManaged) {
      command.add("-r");
    }
    run("yes\n", command.toArray(String[]::new));
    return this;
  }

  /** Signs roles again without a change. */
  public NotaryClient witness(String gun, String... roles) {
    List<String> command = new ArrayList<>(List.of("witness", gun));
    command.addAll(List.of(roles));
    return publishing(command);
  }

  /** Publishes what is staged. */
  public NotaryClient publish(String gun) {
    return quietly("publish", gun);
  }

  /** Drops what is staged: a change that cannot be published blocks every later one. */
  public NotaryClient reset(String gun) {
    return quietly("reset", gun, "--all");
  }

  /** Deletes the repository here and on the server. */
  public NotaryClient delete(String gun) {
    return quietly("delete", gun, "--remote");
  }

  /** The tags that a client sees, as the table that the program prints. */
  public String list(String gun, String... roles) {
    List<String> command = new ArrayList<>(List.of("list", gun));
    for (String role : roles) {
      command.addAll(List.of("-r", role));
    }
    return run("", command.toArray(String[]::new));
  }

  /** A directory of this client, for keys and certificates. */
  public Path home() {
    return home;
  }

  /** The passphrase of all its keys. */
  static String passphrase() {
    return PASSPHRASE;
  }

  private NotaryClient publishing(List<String> command, String... roles) {
    List<String> all = new ArrayList<>(command);
    for (String role : roles) {
      all.addAll(List.of("-r", role));
    }
    all.add("-p");
    return quietly(all.toArray(String[]::new));
  }

  private NotaryClient quietly(String... arguments) {
    run("", arguments);
    return this;
  }

  private String run(String input, String... arguments) {
    String program =
        Programs.find("notary").map(Path::toString).orElseThrow(() -> RealNotary.absent("notary"));
    List<String> command =
        new ArrayList<>(
            List.of(
                program,
                "-s",
                server.toString(),
                "-d",
                home.resolve("trust").toString(),
                "--tlscacert",
                ca.toString()));
    command.addAll(List.of(arguments));
    commands++;
    return Programs.run(command, environment(), home.resolve(commands + ".log"), input, COMMAND);
  }

  private Map<String, String> environment() {
    return Map.of(
        "PATH",
        "/usr/bin:/bin",
        "HOME",
        home.toString(),
        "NOTARY_ROOT_PASSPHRASE",
        PASSPHRASE,
        "NOTARY_TARGETS_PASSPHRASE",
        PASSPHRASE,
        "NOTARY_SNAPSHOT_PASSPHRASE",
        PASSPHRASE,
        "NOTARY_DELEGATION_PASSPHRASE",
        PASSPHRASE);
  }
}
