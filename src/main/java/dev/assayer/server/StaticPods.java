package dev.assayer.server;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Says aloud when a node reports a static pod whose images are not verified: it runs already, and
 * no admission can stop it.
 */
final class StaticPods implements Consumer<Decision> {
  private static final System.Logger LOGGER = System.getLogger(StaticPods.class.getName());
  private static final int LONGEST = 1_000;

  @Override
  public void accept(Decision decision) {
    if (decision.reason() != Reason.MIRROR_POD) {
      return;
    }
    String bad =
        decision.images().stream()
            .filter(image -> !image.verdict().admits())
            .map(StaticPods::words)
            .distinct()
            .collect(Collectors.joining(", "));
    if (!bad.isEmpty()) {
      Decision.Request request = decision.request();
      LOGGER.log(
          Level.WARNING,
          "a static pod runs images that are not verified: {0}/{1} of {2}: {3}; record {4}",
          plain(request.namespace()),
          plain(request.name()),
          plain(request.user()),
          bad.length() <= LONGEST ? bad : bad.substring(0, LONGEST) + "...",
          decision.recordId());
    }
  }

  private static String words(ImageDecision image) {
    return plain(image.normalised().orElse(image.requested())) + " [" + image.reason().code() + "]";
  }

  /** What a node wrote forges no line of the log. */
  private static String plain(String text) {
    return text.codePoints()
        .limit(300)
        .mapToObj(c -> c > ' ' && c <= '~' ? Character.toString(c) : "?")
        .collect(Collectors.joining());
  }
}
