package dev.assayer.cli;

import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.crypto.Pem;
import dev.assayer.image.Printable;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonText;
import dev.assayer.validation.notary.RootKeyLookup.Binding;
import dev.assayer.validation.notary.RootKeyLookup.Result;
import dev.assayer.validation.notary.RootKeyLookup.RootKey;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * The root keys of a repository as a configuration that pins them: a validator for the server, a
 * trust root for each key that signed root.json, a rule for the repository. It loads as it is
 * printed, so that nothing between lookup and pin is copied by hand.
 */
final class TrustRootYaml {
  private final String repository;
  private final String host;
  private final Result.Found found;
  private final StringBuilder yaml = new StringBuilder();

  private TrustRootYaml(String repository, String host, Result.Found found) {
    this.repository = repository;
    this.host = host;
    this.found = found;
  }

  /**
   * The configuration.
   *
   * @param name of the first trust root; a second is NAME-2
   * @param upstream how the server was reached
   */
  static String of(
      String repository,
      String host,
      Result.Found found,
      String name,
      UpstreamArguments upstream,
      Session session) {
    TrustRootYaml writer = new TrustRootYaml(repository, host, found);
    String text = writer.write(name, upstream);
    if (new ConfigLoader().load(text, Path.of(""), "trust-root.yaml")
        instanceof LoadResult.Refused(var errors)) {
      throw Failure.usage("--trust-root: " + errors.getFirst().text());
    }
    writer.warnings(session);
    return text;
  }

  /** Keys that the verifier would count; without need for it none that binds no repository. */
  private List<RootKey> pinned() {
    List<RootKey> bound = signing(Binding.REPOSITORY);
    List<RootKey> pinned =
        bound.size() >= found.threshold()
            ? bound
            : found.keys().stream()
                .filter(key -> key.signed() && key.binding() != Binding.OTHER)
                .toList();
    if (pinned.size() < found.threshold()) {
      throw new Failure(
          ExitCode.DENIED,
          List.of(
              "assayer: [gun_mismatch] of the "
                  + found.threshold()
                  + " root keys needed, "
                  + pinned.size()
                  + " signed root.json and may speak for "
                  + repository
                  + "; there is nothing to pin"));
    }
    return pinned;
  }

  private List<RootKey> signing(Binding binding) {
    return found.keys().stream().filter(key -> key.signed() && key.binding() == binding).toList();
  }

  private boolean unbound() {
    return pinned().stream().anyMatch(key -> key.binding() == Binding.NONE);
  }

  private String write(String name, UpstreamArguments upstream) {
    List<RootKey> pinned = pinned();
    yaml.append("# The root keys of ").append(repository).append(" as ").append(host);
    yaml.append(" served them: version ").append(found.version());
    yaml.append(", which expires ").append(found.expires()).append(".\n");
    yaml.append("# Nothing proves whose they are: compare them with the publisher's first.\n");
    line(0, "apiVersion: assayer.dev/v1");
    line(0, "validators:");
    line(2, "- name: default");
    line(4, "type: notaryV1");
    line(4, "host: " + quoted(host));
    if (!upstream.authorities().isEmpty()) {
      line(4, "ca: |");
      for (X509Certificate authority : upstream.authorities()) {
        block(6, Pem.encodeCertificate(authority));
      }
    }
    upstream.auth().forEach(text -> line(4, text));
    if (unbound()) {
      line(4, "allowUnboundRoot: true   # a key below binds no repository");
    }
    line(4, "trustRoots:");
    List<String> names = new ArrayList<>();
    for (RootKey key : pinned) {
      names.add(names.isEmpty() ? name : name + "-" + (names.size() + 1));
      trustRoot(names.getLast(), key);
    }
    line(0, "policy:");
    line(2, "- pattern: " + quoted(repository + ":*"));
    line(4, "validator: default");
    line(4, "trustRoot: " + JsonText.compact(JsonArray.ofStrings(names)));
    return yaml.toString();
  }

  private void trustRoot(String name, RootKey key) {
    line(6, "# key id " + key.keyId() + ", " + key.algorithm());
    for (String commonName : key.commonNames()) {
      line(6, "# certificate for " + Printable.quoted(commonName));
    }
    line(6, "- name: " + quoted(name));
    line(8, (key.certificate().isPresent() ? "certificate" : "key") + ": |");
    block(10, key.certificate().orElse(key.pem()));
  }

  private void warnings(Session session) {
    if (unbound()) {
      session.warn(
          "a root key is bare or for any repository, so allowUnboundRoot is set: with it the server"
              + " could serve another repository's files for this one");
    }
    for (RootKey key : signing(Binding.REPOSITORY)) {
      String commonName = key.commonNames().getFirst();
      if (commonName.endsWith("*") && pinned().contains(key)) {
        session.warn(
            "a root key's certificate is for "
                + Printable.quoted(commonName)
                + ": the server could serve another repository that begins so, if the same key"
                + " signed it, for this one");
      }
    }
    List<RootKey> all = found.keys();
    int left = all.size() - pinned().size();
    if (left > 0) {
      session.warn(
          left
              + " of the "
              + all.size()
              + " root keys are left out: they did not sign root.json, or do not speak for "
              + repository);
    }
  }

  private void block(int indent, String text) {
    text.strip().lines().forEach(line -> line(indent, line));
  }

  private void line(int indent, String text) {
    yaml.append(" ".repeat(indent)).append(text).append('\n');
  }

  /** A JSON string is a YAML string. */
  static String quoted(String text) {
    return JsonText.compact(Json.of(text));
  }
}
