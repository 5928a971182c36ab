package dev.assayer.config;

import dev.assayer.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Who is told about decisions.
 *
 * @param admit told when a review is allowed
 * @param reject told when a review is denied
 */
public record AlertingConfig(List<Receiver> admit, List<Receiver> reject) {

  /** Copies the lists. */
  public AlertingConfig {
    admit = List.copyOf(admit);
    reject = List.copyOf(reject);
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

  /**
   * One receiver.
   *
   * @param template name of the message template, such as {@code slack}
   * @param target where to
   * @param priority 1 (lowest) to 5 (highest), handed to the template
   * @param headers extra request headers; values may be secret
   * @param payloadFields fields that are added to the message, replacing those of the template
   * @param failAdmission whether a message that cannot be delivered denies the review
   */
  public record Receiver(
      String template,
      Target target,
      int priority,
      Map<String, String> headers,
      JsonObject payloadFields,
      boolean failAdmission) {

    /** Copies the map. */
    public Receiver {
      headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
      return "Receiver[template=%s, target=%s, priority=%d, headers=%s, failAdmission=%s]"
          .formatted(template, target, priority, headers.keySet(), failAdmission);
    }
  }
}
