package dev.assayer.page;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Stage;
import java.util.List;

/**
 * About how many bytes a decision holds: its texts at two bytes a character, and so much for each
 * object. Walks a decision once and makes nothing.
 */
final class Weight {
  private static final long OBJECT = 64;

  private Weight() {}

  static long of(Decision decision) {
    Decision.Request request = decision.request();
    long weight =
        8 * OBJECT
            + text(decision.detail())
            + text(request.uid())
            + text(request.caller())
            + text(request.apiVersion())
            + text(request.kind())
            + text(request.namespace())
            + text(request.name())
            + text(request.user())
            + texts(request.groups())
            + request.owner().map(one -> text(one.name()) + text(one.kind())).orElse(0L)
            + decision.logged().map(logged -> text(logged.record())).orElse(0L)
            + stages(decision.stages());
    for (ImageDecision image : decision.images()) {
      weight += of(image);
    }
    return weight;
  }

  private static long of(ImageDecision image) {
    return 6 * OBJECT
        + text(image.container())
        + text(image.requested())
        + image.normalised().map(Weight::text).orElse(0L)
        + image.digest().map(Weight::text).orElse(0L)
        + image.rule().map(rule -> text(rule.pattern()) + texts(rule.wonOver())).orElse(0L)
        + image.validators().size() * OBJECT
        + text(image.detail())
        + image.signers().size() * 4L * OBJECT
        + image.trust().map(trust -> (1 + trust.chain().size()) * 8L * OBJECT).orElse(0L)
        + stages(image.stages())
        + texts(image.warnings())
        + image.evidence().size() * 4L * OBJECT;
  }

  private static long stages(List<Stage> stages) {
    long weight = 0;
    for (Stage stage : stages) {
      weight += 3 * OBJECT + text(stage.name()) + stage.note().map(Weight::text).orElse(0L);
    }
    return weight;
  }

  private static long texts(List<String> texts) {
    long weight = 0;
    for (String text : texts) {
      weight += text(text);
    }
    return weight;
  }

  private static long text(String text) {
    return OBJECT + 2L * text.length();
  }
}
