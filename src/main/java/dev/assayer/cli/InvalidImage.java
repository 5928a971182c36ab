package dev.assayer.cli;

import dev.assayer.decision.Reason;
import dev.assayer.image.ReferenceResult;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.util.List;

/** How {@code policy match} tells of an argument that names no image. */
final class InvalidImage {
  private InvalidImage() {}

  static String json(ReferenceResult.Invalid bad) {
    return JsonText.compact(
        JsonObject.builder()
            .put("image", bad.requested())
            .put("rule", JsonNull.NULL)
            .put("index", JsonNull.NULL)
            .put("why", List.of())
            .put(
                "error",
                JsonObject.builder()
                    .put("reason", reason(bad).code())
                    .put("detail", bad.detail())
                    .build())
            .build());
  }

  static String text(ReferenceResult.Invalid bad) {
    return bad.shown() + "\n  error  " + reason(bad).code() + ": " + bad.detail();
  }

  private static Reason reason(ReferenceResult.Invalid bad) {
    return switch (bad.problem()) {
      case INVALID -> Reason.REFERENCE_INVALID;
      case HASH_UNSUPPORTED -> Reason.HASH_UNSUPPORTED;
    };
  }
}
