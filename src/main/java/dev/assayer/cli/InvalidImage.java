package dev.assayer.cli;

import dev.assayer.admission.MatchReport;
import dev.assayer.image.ReferenceResult;

/** How {@code policy match} tells people of an argument that names no image. */
final class InvalidImage {
  private InvalidImage() {}

  static String text(ReferenceResult.Invalid bad) {
    return bad.shown() + "\n  error  " + MatchReport.reason(bad).code() + ": " + bad.detail();
  }
}
