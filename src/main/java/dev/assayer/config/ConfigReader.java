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
    return Connaisseur.wrote(mapping) ? converted(mapping) : ours(mapping);
  }

  /** A file of Connaisseur, with a warning for each change of meaning. */
  private LoadResult converted(YamlNode.Mapping mapping) {
    ConnaisseurConverter.Result result = ConnaisseurConverter.convert(mapping, reading);
    if (reading.failed()) {
      return reading.refused();
    }
    result.changes().stream()
        .filter(change ->
            change.kind() == Change.Kind.CHANGED || change.kind() == Change.Kind.NOT_CONVERTED)
        .forEach(change -> reading.note(change.finding(source)));
    return ours(result.ours());
  }

  /** A file in our format; each value stands at its place in the file that it came from. */
  LoadResult ours(YamlNode.Mapping mapping) {
    MappingReader root = new MappingReader(new Field("", mapping), mapping, reading);
    if (!supported(root)) {
      return reading.refused();
    }
    Config config = config(root);
    root.done();
    NotBuiltYet.warn(mapping, reading);
    return reading.failed() ? reading.refused() : new LoadResult.Loaded(config, reading.findings());
  }

  /** Another version may mean anything, so nothing else of it is judged. */
  static boolean supported(MappingReader root) {
    Reading reading = root.reading();
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
    WebhookConfig webhook = ListenerReader.webhook(root);
    return new Config(
        source,
        cluster,
        webhook,
        ListenerReader.admin(root),
        ListenerReader.page(root),
        OperationReader.audit(root),
        StateReader.read(root),
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
        OperationReader.reverification(root),
        validators.validators(),
        rules,
        AlertingReader.read(root, webhook.budget()),
        reading.failed() ? "" : Digests.policy(bytes, reading.files().contents()),
        reading.failed() ? "" : Digests.trustRoots(validators.validators()));
  }
}
