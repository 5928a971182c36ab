package dev.assayer.server;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.MatchReport;
import dev.assayer.config.Config;
import dev.assayer.config.RuleConfig;
import dev.assayer.config.TrustRoot;
import dev.assayer.config.ValidatorConfig;
import dev.assayer.decision.Decision;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.json.JsonWriter;
import dev.assayer.page.AuditProof;
import dev.assayer.page.Dependencies;
import dev.assayer.page.PageSite;
import dev.assayer.page.PageSources;
import dev.assayer.page.RecentDecisions;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The operator page put together: what it remembers, whom it asks, where it listens. Nothing of it
 * is needed to decide, so a port that is taken leaves the page off and not the webhook.
 */
final class OperatorPage implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(OperatorPage.class.getName());

  private final RecentDecisions recent = new RecentDecisions();
  private final Dependencies dependencies;
  private final Consumer<String> results;
  private Optional<PageListener> listener = Optional.empty();
  private Optional<URI> address = Optional.empty();

  /**
   * A page that is not served yet.
   *
   * @param results is told what became of each request, in the words of its metric
   */
  OperatorPage(Dependencies dependencies, Consumer<String> results) {
    this.dependencies = dependencies;
    this.results = results;
  }

  /** Proofs, and a word for each that fails: the entry is not what was written. */
  Function<Decision, AuditProof> telling(Function<Decision, AuditProof> proofs) {
    return decision -> {
      AuditProof proof = proofs.apply(decision);
      if (proof instanceof AuditProof.None(String state, var _) && state.equals("failed")) {
        results.accept("unproven");
      }
      return proof;
    };
  }

  /** Takes note of a decision. */
  void accept(Decision decision) {
    recent.accept(decision);
  }

  /** Serves from now on, if the page is enabled and its port is free. */
  void open(Config.Page config, PageSources sources, String replica, InstantSource clock) {
    if (!config.enabled()) {
      return;
    }
    try {
      if (!InetAddress.getByName(config.address()).isLoopbackAddress()) {
        LOGGER.log(
            Level.WARNING,
            "no operator page: {0} is no loopback address on this host; set page.address to"
                + " 127.0.0.1",
            config.address());
        return;
      }
      PageListener opened =
          PageListener.start(
              config, new PageSite(recent, dependencies, sources, replica, clock), results);
      listener = Optional.of(opened);
      address = Optional.of(URI.create(Bound.shown("http", config.address(), opened.port()) + "/"));
      LOGGER.log(Level.INFO, "operator page on {0}", address.get());
    } catch (RuntimeException | UnknownHostException taken) {
      LOGGER.log(
          Level.WARNING,
          "no operator page: {0}; choose another page.port, or set page.enabled to false",
          Server.root(taken));
    }
  }

  /** Where it is, if it is served. */
  Optional<URI> address() {
    return address;
  }

  @Override
  public void close() {
    listener.ifPresent(PageListener::close);
  }

  /**
   * Whom the page asks.
   *
   * @param inForce the configuration in force
   * @param board the trust data of all repositories
   * @param ready the conditions of this replica
   */
  record Sources(
      Supplier<Assayer> inForce,
      Supplier<HealthPage> board,
      Supplier<HealthPage> ready,
      Function<Decision, AuditProof> proofs)
      implements PageSources {

    @Override
    public byte[] trust() {
      return bytes(board.get().json());
    }

    @Override
    public byte[] health() {
      return bytes(ready.get().json());
    }

    @Override
    public byte[] policy() {
      Assayer assayer = inForce.get();
      Config config = assayer.config();
      return JsonWriter.object(out ->
          out.put("cluster", config.cluster())
              .put("digest", config.policyDigest())
              .put("trust_root_digest", config.trustRootDigest())
              .put("generation", assayer.generation())
              .put("detection_mode", config.detectionMode())
              .put("grace_seconds", config.grace().maxAge().toSeconds())
              .put("unknown_kinds", config.unknownKinds().name().toLowerCase(Locale.ROOT))
              .put("rules", config.policy(), Sources::rule)
              .put("validators", config.validators(), Sources::validator));
    }

    private static void rule(JsonWriter out, RuleConfig rule) {
      out.put("index", rule.index())
          .put("line", rule.line())
          .put("pattern", rule.pattern())
          .put("verify", rule.verify())
          .put("mode", rule.mode().code())
          .put("namespaces", rule.namespaces())
          .put("does", MatchReport.meaning(rule))
          .put("rule", rule.asConfigured());
    }

    private static void validator(JsonWriter out, ValidatorConfig validator) {
      out.put("name", validator.name())
          .put("type", validator.type())
          .put("trust_roots", validator.trustRoots().stream().map(TrustRoot::name).toList());
    }

    @Override
    public byte[] match(String image, Optional<String> namespace) {
      return bytes(
          switch (ImageReference.parse(image)) {
            case ReferenceResult.Valid(ImageReference reference) ->
                MatchReport.of(
                        image, reference, inForce.get().policy().explain(reference, namespace))
                    .json();
            case ReferenceResult.Invalid bad -> MatchReport.json(bad);
          });
    }

    @Override
    public AuditProof proof(Decision decision) {
      return proofs.apply(decision);
    }

    private static byte[] bytes(String json) {
      return json.getBytes(StandardCharsets.UTF_8);
    }
  }
}
