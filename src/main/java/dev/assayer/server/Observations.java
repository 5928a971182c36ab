package dev.assayer.server;

import dev.assayer.admission.Observation;
import dev.assayer.config.AuthConfig;
import dev.assayer.config.Config;
import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.RuleConfig;
import dev.assayer.config.TrustRoot;
import dev.assayer.config.ValidatorConfig;
import dev.assayer.decision.Verification;
import dev.assayer.image.ImagePattern;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.page.Dependencies;
import dev.assayer.remote.BreakerState;
import dev.assayer.remote.Call;
import dev.assayer.remote.CallResult;
import dev.assayer.telemetry.Configured;
import dev.assayer.telemetry.Metrics;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells metrics what the rooms below observe and what is configured. */
public final class Observations implements Observation {
  private static final String SCHEMA = "assayer.dev/v1";
  private static final int HTTPS = 443;

  /** The host did its work, also where it said that there is nothing, or asked who we are. */
  private static final Set<CallResult> ANSWERS =
      EnumSet.of(CallResult.OK, CallResult.NOT_FOUND, CallResult.AUTH);

  private final Metrics metrics;
  private final Dependencies dependencies;
  private final InstantSource clock;

  /** Tells these metrics, and the operator page's board of dependencies. */
  public Observations(Metrics metrics, Dependencies dependencies, InstantSource clock) {
    this.metrics = metrics;
    this.dependencies = dependencies;
    this.clock = clock;
  }

  /** A configuration is in force from now on; its series are there before anything is counted. */
  public void configured(Config config, long generation) {
    metrics.configured(facts(config, generation));
  }

  @Override
  public void verified(Verification verification) {
    metrics.verified(verification);
  }

  @Override
  public void called(Call call) {
    metrics.called(
        call.host(),
        call.result().code(),
        call.took().isPresent(),
        call.took().orElse(Duration.ZERO));
    call.ahead().ifPresent(ahead -> metrics.clockSkew(call.host(), ahead));
    dependencies.called(
        call.host(),
        new Dependencies.Ended(call.result().code(), ANSWERS.contains(call.result()), call.took()),
        clock.instant());
  }

  @Override
  public void certificate(String host, Instant notAfter) {
    metrics.upstreamCertificate(host, notAfter);
    dependencies.certificate(host, notAfter);
  }

  @Override
  public void breaker(String host, BreakerState state) {
    metrics.breaker(
        host,
        switch (state) {
          case CLOSED -> 0;
          case HALF_OPEN -> 1;
          case OPEN -> 2;
        });
    dependencies.breaker(host, state.name().toLowerCase(Locale.ROOT));
  }

  /** What metrics need to know of a configuration. */
  static Configured facts(Config config, long generation) {
    Set<Configured.Upstream> upstreams = new LinkedHashSet<>();
    List<Configured.Validator> validators = new ArrayList<>();
    for (ValidatorConfig validator : config.validators()) {
      validators.add(
          new Configured.Validator(
              validator.name(),
              validator.type(),
              validator.trustRoots().stream().map(TrustRoot::name).toList()));
      if (validator instanceof NotaryV1Config notary) {
        upstreams.add(new Configured.Upstream(label(notary.host()), "notary"));
        notary
            .auth()
            .flatMap(AuthConfig::realm)
            .map(Observations::label)
            .ifPresent(host -> upstreams.add(new Configured.Upstream(host, "token")));
      }
    }
    return new Configured(
        config.policyDigest(),
        SCHEMA,
        generation,
        config.detectionMode(),
        config.policy().stream()
            .map(rule -> new Configured.Rule(rule.verify(), rule.mode().code()))
            .toList(),
        config.policy().stream().flatMap(rule -> named(rule).stream()).distinct().toList(),
        validators,
        upstreams,
        config.alerting().receivers().stream()
            .map(one -> new Configured.Receiver(one.name(), one.category().code()))
            .collect(Collectors.toSet()));
  }

  /** The one repository that a rule names, if its pattern has no wildcard but in the tag. */
  private static Optional<String> named(RuleConfig rule) {
    String text = ImagePattern.of(rule.pattern()).text();
    int tag = text.lastIndexOf(':');
    String repository = text.substring(0, tag);
    if (repository.indexOf('*') >= 0
        || !(ImageReference.parse(repository + ":latest")
            instanceof ReferenceResult.Valid(ImageReference image))) {
      return Optional.empty();
    }
    // A pattern that is not in normal form matches nothing.
    return Optional.of(image.repository()).filter(repository::equals);
  }

  /** As the client names hosts: without the port of https. */
  private static String label(String host) {
    return label(URI.create("https://" + host));
  }

  private static String label(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return uri.getPort() == -1 || uri.getPort() == HTTPS ? host : host + ":" + uri.getPort();
  }
}
