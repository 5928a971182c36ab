package dev.assayer.admission;

import dev.assayer.decision.ImageDecision;
import dev.assayer.image.Digest;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult.Valid;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * One {@code replace} of a JSON patch (RFC 6902 section 4.3), the only operation there ever is.
 *
 * @param path JSON pointer of an image field that exists
 * @param value the pinned reference
 */
record PatchOperation(String path, String value) {

  /** The operation that pins an admitted image to its digest, unless it is written so already. */
  static Optional<PatchOperation> pinning(ImageSite site, ImageDecision image) {
    Optional<Digest> digest = image.digest().flatMap(Digest::parse);
    if (!image.verdict().admits()
        || digest.isEmpty()
        || site.pointer().isEmpty()
        || !(ImageReference.parse(site.requested()) instanceof Valid(ImageReference reference))) {
      return Optional.empty();
    }
    String written = reference.pinned(digest.get()).text();
    return written.equals(site.requested())
        ? Optional.empty()
        : Optional.of(new PatchOperation(site.pointer(), written));
  }

  /** The patch document. */
  static Json document(List<PatchOperation> operations) {
    return new JsonArray(operations.stream().map(PatchOperation::json).toList());
  }

  private Json json() {
    return JsonObject.builder().put("op", "replace").put("path", path).put("value", value).build();
  }
}
