package dev.assayer.alerting;

import dev.assayer.config.AlertingConfig;
import dev.assayer.config.AlertingConfig.Category;
import dev.assayer.config.AlertingConfig.Receiver;
import dev.assayer.config.Config;
import dev.assayer.config.Finding;
import dev.assayer.config.LoadResult;
import dev.assayer.config.Severity;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The templates that receivers name, ready to be filled in. */
public final class Templates {
  private static final int MAX_BYTES = 64 * 1024;

  private final PhraseCompiler compiler = new PhraseCompiler(Alert.VARIABLES);

  /**
   * Also checks what only here is known of a configuration: that the placeholders of its templates
   * can be read and filled in.
   *
   * @return the same result, or a refusal that names file and place of each mistake
   */
  public static LoadResult check(LoadResult loaded) {
    if (!(loaded instanceof LoadResult.Loaded(Config config, List<Finding> findings))
        || config.alerting().receivers().isEmpty()) {
      return loaded;
    }
    Templates templates = new Templates();
    Set<Finding> errors = new LinkedHashSet<>();
    for (Receiver receiver : config.alerting().receivers()) {
      errors.addAll(templates.errors(receiver));
    }
    return errors.isEmpty()
        ? new LoadResult.Loaded(config, findings)
        : new LoadResult.Refused(List.copyOf(errors));
  }

  private List<Finding> errors(Receiver receiver) {
    return switch (MessageTemplate.read(content(receiver.template()), compiler)) {
      case MessageTemplate.Unusable(List<MessageTemplate.Fault> faults) ->
          faults.stream()
              .map(fault ->
                  error(receiver, fault.path(), fault.problem().what(), fault.problem().remedy()))
              .toList();
      case MessageTemplate.Usable(MessageTemplate template) -> trial(receiver, template);
    };
  }

  /** Fills it in with little and with much, and for each category. */
  private static List<Finding> trial(Receiver receiver, MessageTemplate template) {
    List<Finding> errors = new ArrayList<>();
    Letter letter = new Letter(receiver, template);
    for (Alert alert :
        List.of(sample(receiver.category(), 1), sample(receiver.category(), 9_000))) {
      try {
        int bytes = JsonText.compactBytes(letter.payload(alert, 0)).length;
        if (bytes > Letter.MAX_PAYLOAD) {
          errors.add(
              error(
                  receiver,
                  "$",
                  "can give more than " + Letter.MAX_PAYLOAD + " bytes",
                  "shorten it, or cut variables with truncate(n)"));
        }
      } catch (RenderException unfit) {
        errors.add(
            error(
                receiver,
                "$",
                "cannot be filled in: " + unfit.getMessage(),
                "correct the placeholder"));
      }
    }
    return errors.subList(0, Math.min(1, errors.size()));
  }

  private static Alert sample(Category category, int length) {
    String text = "x".repeat(length);
    return new Alert(
        category,
        false,
        text,
        Instant.EPOCH,
        Optional.empty(),
        false,
        text,
        text,
        text,
        text,
        text,
        text,
        text,
        List.of(new Alert.Key("-", "-", "-")));
  }

  private static Finding error(Receiver receiver, String place, String what, String remedy) {
    String file =
        receiver.template() instanceof AlertingConfig.Custom custom
            ? custom.file()
            : receiver.template().name() + ".json";
    return new Finding(Severity.ERROR, file, 0, 0, place, "", what, remedy);
  }

  /**
   * The template of a receiver.
   *
   * @throws IllegalArgumentException if it did not pass {@link #check}
   */
  MessageTemplate of(Receiver receiver) {
    return switch (MessageTemplate.read(content(receiver.template()), compiler)) {
      case MessageTemplate.Usable(MessageTemplate template) -> template;
      case MessageTemplate.Unusable(var faults) ->
          throw new IllegalArgumentException(
              "template " + receiver.template().name() + ": " + faults.getFirst());
    };
  }

  private static JsonObject content(AlertingConfig.Template template) {
    return switch (template) {
      case AlertingConfig.Custom custom -> custom.content();
      case AlertingConfig.Shipped(String name) -> shipped(name);
    };
  }

  /** One that comes with the software. */
  static JsonObject shipped(String name) {
    try (InputStream in = Templates.class.getResourceAsStream(name + ".json")) {
      if (in == null) {
        throw new IllegalArgumentException("there is no template " + name);
      }
      return StrictJson.parse(in.readAllBytes(), JsonLimits.text(MAX_BYTES))
          .asObject()
          .orElseThrow();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (JsonException malformed) {
      throw new IllegalStateException(name, malformed);
    }
  }
}
