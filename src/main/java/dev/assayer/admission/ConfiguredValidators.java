package dev.assayer.admission;

import dev.assayer.config.AuthConfig;
import dev.assayer.config.Config;
import dev.assayer.config.CosignConfig;
import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.NotationConfig;
import dev.assayer.config.Resolution;
import dev.assayer.config.RuleConfig;
import dev.assayer.config.StaticConfig;
import dev.assayer.config.ValidatorConfig;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.image.ImagePattern;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.remote.Credentials;
import dev.assayer.remote.HttpsUpstream;
import dev.assayer.remote.UpstreamSettings;
import dev.assayer.validation.Validator;
import dev.assayer.validation.fixed.StaticValidator;
import dev.assayer.validation.notary.NotaryOptions;
import dev.assayer.validation.notary.NotaryValidator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Opens each type of validator from its section of the configuration. Used by one thread. */
final class ConfiguredValidators implements ValidatorFactory {
  /**
   * Room for the verified metadata of one Notary server, in bytes of its files: some 10,000
   * repositories, or as many as a small heap can hold, where they take four times as much.
   */
  private static final long MEMORY_BYTES =
      Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 16);

  private final Config config;
  private final Environment environment;
  private Optional<SignatureVerifier> verifier = Optional.empty();

  ConfiguredValidators(Config config, Environment environment) {
    this.config = config;
    this.environment = environment;
  }

  @Override
  public Validator open(ValidatorConfig section) {
    return switch (section) {
      case StaticConfig fixed -> new StaticValidator(fixed);
      case NotaryV1Config notary -> notary(notary);
      case CosignConfig cosign -> UnverifiableValidator.unknownType(cosign);
      case NotationConfig notation -> UnverifiableValidator.unknownType(notation);
    };
  }

  private Validator notary(NotaryV1Config section) {
    UpstreamSettings settings =
        UpstreamSettings.of(section.host()).withObserver(environment.observation());
    if (!section.ca().isEmpty()) {
      settings = settings.withTls(TlsTrust.only(section.ca()).clientContext());
    }
    if (section.auth().isPresent()) {
      AuthConfig auth = section.auth().get();
      if (auth.credentials() instanceof AuthConfig.FromSecret(String secret)) {
        if (environment.cluster().isEmpty()) {
          return new UnverifiableValidator(
              section,
              "has auth.secretName \""
                  + secret
                  + "\", and there is no cluster to read it from; mount the Secret"
                  + " and name usernameFile and passwordFile");
        }
        settings =
            settings.withCredentials(
                environment.cluster().get().secrets().credentials(secret, section.host()));
      }
      settings = authenticated(settings, auth);
    }
    return NotaryValidator.open(
        section,
        HttpsUpstream.open(settings),
        environment.state(),
        verifier(),
        new NotaryOptions(
            config.freshness().timestampMaxAge(),
            Set.copyOf(config.revoked().keyIds()),
            MEMORY_BYTES,
            literalRepository(section.name())));
  }

  /** A repository that a rule for this validator names without a wildcard. */
  private Optional<String> literalRepository(String validator) {
    return config.policy().stream()
        .filter(rule -> asks(rule, validator))
        .map(rule -> ImagePattern.of(rule.pattern()).text())
        .map(text -> text.substring(0, text.indexOf(':', text.lastIndexOf('/') + 1)))
        .filter(ConfiguredValidators::isNormal)
        .findFirst();
  }

  private static boolean asks(RuleConfig rule, String validator) {
    return rule.resolution() instanceof Resolution.Resolved resolved
        && resolved.validators().stream().anyMatch(one -> one.validator().equals(validator));
  }

  private static boolean isNormal(String repository) {
    return ImageReference.parse(repository) instanceof ReferenceResult.Valid(ImageReference parsed)
        && parsed.repository().equals(repository);
  }

  private static UpstreamSettings authenticated(UpstreamSettings settings, AuthConfig auth) {
    UpstreamSettings known =
        switch (auth.credentials()) {
          case AuthConfig.Anonymous() -> settings;
          case AuthConfig.FromSecret secret -> settings;
          case AuthConfig.Inline(String username, String password) ->
              settings.withCredentials(new Credentials(() -> username, () -> password));
          case AuthConfig.FromFiles(Path username, Path password) ->
              settings.withCredentials(
                  new Credentials(() -> content(username), () -> content(password)));
        };
    return auth.realm().map(known::withRealm).orElse(known);
  }

  /** The file's text as it is now, without the line end that editors leave. */
  private static String content(Path file) {
    try {
      return Files.readString(file).stripTrailing();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Tests its providers when it is made, so there is one for all. */
  private SignatureVerifier verifier() {
    SignatureVerifier made = verifier.orElseGet(SignatureVerifier::create);
    verifier = Optional.of(made);
    return made;
  }
}
