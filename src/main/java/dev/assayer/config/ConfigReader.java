package dev.assayer.config;

import java.util.List;
import java.util.Optional;

/** Reads the top level of a configuration. */
final class ConfigReader {
  static final String API_VERSION = "assayer.dev/v1";

  private final String source;
  private final byte[] bytes;
  private final Reading reading;

  ConfigReader(String source, byte[] bytes, Reading reading) {
    this.source = source;
    this.bytes = bytes;
    this.reading = reading;
  }

  LoadResult read(YamlNode document) {
    Field field = new Field("", document);
    if (!(document instanceof YamlNode.Mapping mapping)) {
      reading.secretError(
          field,
          "must be a mapping, not " + document.kind(),
          "start with apiVersion: " + API_VERSION);
      return reading.refused();
    }
    if (Connaisseur.wrote(mapping)) {
      reading.secretError(
          field,
          "looks like a Connaisseur configuration; conversion is not available in this version",
          "write it anew with apiVersion: " + API_VERSION);
      return reading.refused();
    }
    MappingReader root = new MappingReader(field, mapping, reading);
    if (!supported(root)) {
      return reading.refused();
    }
    Config config = config(root);
    root.done();
    NotBuiltYet.warn(mapping, reading);
    return reading.failed() ? reading.refused() : new LoadResult.Loaded(config, reading.findings());
  }

  /** Another version may mean anything, so nothing else of it is judged. */
  private boolean supported(MappingReader root) {
    Optional<Field> field =
        root.required("apiVersion", "apiVersion: " + API_VERSION + " as the first line");
    Optional<String> version = field.flatMap(value -> Scalars.text(value, reading));
    if (field.isPresent() && version.isPresent() && !version.get().equals(API_VERSION)) {
      reading.error(
          field.get(), Shown.quoted(version.get()) + " is not supported", "use " + API_VERSION);
      return false;
    }
    return true;
  }

  private Config config(MappingReader root) {
    String cluster = root.text("cluster", "not specified");
    ValidatorReader.Validators validators = ValidatorReader.read(root);
    List<RuleConfig> rules =
        new RuleReader(reading, new RuleResolver(validators, reading)).read(root);
    return new Config(
        source,
        cluster,
        ListenerReader.webhook(root),
        ListenerReader.admin(root),
        ListenerReader.page(root),
        OperationReader.audit(root),
        OperationReader.state(root),
        OperationReader.freshness(root),
        OperationReader.readiness(root),
        OperationReader.grace(root),
        root.flag("detectionMode", false),
        root.word("mutation", Config.Mutation.WORKLOADS),
        OperationReader.childApproval(root),
        OperationReader.revoked(root),
        OperationReader.liveness(root),
        OperationReader.namespaces(root),
        root.word("unknownKinds", Config.UnknownKinds.DENY),
        OperationReader.registries(root),
        validators.validators(),
        rules,
        AlertingReader.read(root),
        reading.failed() ? "" : Digests.policy(bytes, reading.files().contents()),
        reading.failed() ? "" : Digests.trustRoots(validators.validators()));
  }
}
