package dev.assayer.config;

import dev.assayer.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who is told about decisions.
 *
 * @param window how long the same image, reason and namespace is told only once; zero: always told
 * @param admit told of reviews whose verdict admits
 * @param reject told of all other reviews
 */
public record AlertingConfig(Duration window, List<Receiver> admit, List<Receiver> reject) {

  /** Copies the lists. */
  public AlertingConfig {
    admit = List.copyOf(admit);
    reject = List.copyOf(reject);
  }

  /** All receivers, those told of admissions first; their names are distinct. */
  public List<Receiver> receivers() {
    return Stream.concat(admit.stream(), reject.stream()).toList();
  }

  /** The receiver of that name, if configured. */
  public Optional<Receiver> receiver(String name) {
    return receivers().stream().filter(receiver -> receiver.name().equals(name)).findFirst();
  }

  /** Of which decisions a receiver is told. */
  public enum Category {
    ADMIT,
    REJECT;

    /** The stable word in configuration, metrics and messages. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where a message is sent. Addresses of chat services hold a secret and are never printed. */
  public sealed interface Target {}

  /**
   * Written in the configuration file.
   *
   * @param url http or https
   */
  public record Url(URI url) implements Target {
    @Override
    public String toString() {
      return "Url[***]";
    }
  }

  /**
   * In a file, read at each use.
   *
   * @param file file with the address
   */
  public record UrlFile(Path file) implements Target {}

  /** The form of a message. */
  public sealed interface Template {
    /** The name that the receiver gives. */
    String name();
  }

  /** One of {@link #SHIPPED}. */
  public record Shipped(String name) implements Template {}

  /**
   * One of the operator.
   *
   * @param file where it was read from, for messages
   * @param content the payload with placeholders in its strings
   */
  public record Custom(String name, String file, JsonObject content) implements Template {}

  /** The templates that come with the software, in the order in which they are told. */
  public static final List<String> SHIPPED =
      List.of("slack", "opsgenie", "keybase", "msteams", "pagerduty", "ecs");

  /**
   * One receiver.
   *
   * @param name unique in the file; letters, digits and hyphens
   * @param priority 1 (most urgent) to 5, handed to the template
   * @param headers extra request headers; values may be secret
   * @param headerFiles extra request headers whose values are in files, read at each use
   * @param ca certificates that are the only trust anchors for it; empty: the system's
   * @param payloadFields fields merged into the message
   * @param payloadFieldFiles fields of the message whose values are in files, read at each use
   * @param failAdmission whether a message that cannot be delivered denies the review
   */
  public record Receiver(
      String name,
      Category category,
      Template template,
      Target target,
      int priority,
      Map<String, String> headers,
      Map<String, Path> headerFiles,
      List<X509Certificate> ca,
      JsonObject payloadFields,
      Map<String, Path> payloadFieldFiles,
      boolean failAdmission) {

    /** Copies maps and list. */
    public Receiver {
      headers = Map.copyOf(headers);
      headerFiles = Map.copyOf(headerFiles);
      ca = List.copyOf(ca);
      payloadFieldFiles = Map.copyOf(payloadFieldFiles);
    }

    @Override
    public String toString() {
      return "Receiver[name=%s, template=%s, target=%s, priority=%d, headers=%s, failAdmission=%s]"
          .formatted(name, template.name(), target, priority, headers.keySet(), failAdmission);
    }
  }
}
