package dev.assayer.admission;

import dev.assayer.decision.Signer;
import dev.assayer.image.Digest;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult.Valid;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was verified of a workload object when it was admitted, as it is remembered under the
 * object's UID.
 *
 * @param policyDigest of the configuration that it was verified under
 * @param trustRootDigest of the trust roots that it was verified under
 * @param told when it was remembered, or last renewed
 * @param images what was verified, each reference once
 */
record OwnerRecord(
    String uid,
    String namespace,
    String apiVersion,
    String kind,
    String name,
    String policyDigest,
    String trustRootDigest,
    Instant told,
    List<Image> images) {

  /**
   * An image that was verified.
   *
   * @param reference as the admitted object has it
   * @param digest what it was verified to be
   * @param signers who signed it
   * @param keyIds every key that its verification rests on, the signers' among them
   */
  record Image(String reference, Digest digest, List<Signer> signers, List<String> keyIds) {

    /**
     * Whether a child's image is this one.
     *
     * @param pins true if the child's image will be pinned to the digest; else it must name it
     */
    boolean is(ImageReference child, boolean pins) {
      if (!(ImageReference.parse(reference) instanceof Valid(ImageReference owners))
          || owners.digest().filter(named -> !named.equals(digest)).isPresent()) {
        return false;
      }
      String name = child.text();
      return name.equals(owners.pinned(digest).text()) || (pins && name.equals(owners.text()));
    }

    /** The same under the name that another object has for it. */
    Image as(String otherReference) {
      return new Image(otherReference, digest, signers, keyIds);
    }

    private Json json() {
      return JsonObject.builder()
          .put("reference", reference)
          .put("digest", digest.text())
          .put("signers", new JsonArray(signers.stream().map(Image::signer).toList()))
          .put("keyIds", keyIds)
          .build();
    }

    private static Json signer(Signer signer) {
      return JsonObject.builder()
          .put("role", signer.role())
          .put("keyId", signer.keyId())
          .put("algorithm", signer.algorithm())
          .build();
    }

    private static Optional<Image> of(Json json) {
      return json.asObject()
          .flatMap(image ->
              Digest.parse(Owners.text(image, "digest"))
                  .map(digest ->
                      new Image(
                          Owners.text(image, "reference"),
                          digest,
                          list(image, "signers").stream()
                              .flatMap(signer -> signer.asObject().stream())
                              .map(Image::signer)
                              .toList(),
                          list(image, "keyIds").stream()
                              .flatMap(id -> id.asString().stream())
                              .toList())));
    }

    private static Signer signer(JsonObject signer) {
      return new Signer(
          Owners.text(signer, "role"),
          Owners.text(signer, "keyId"),
          Owners.text(signer, "algorithm"),
          false);
    }
  }

  /** The same, remembered anew at this time. */
  OwnerRecord renewed(Instant now) {
    return new OwnerRecord(
        uid, namespace, apiVersion, kind, name, policyDigest, trustRootDigest, now, images);
  }

  /** As it is kept. */
  JsonObject json() {
    return JsonObject.builder()
        .put("uid", uid)
        .put("namespace", namespace)
        .put("apiVersion", apiVersion)
        .put("kind", kind)
        .put("name", name)
        .put("policyDigest", policyDigest)
        .put("trustRootDigest", trustRootDigest)
        .put("told", told.toString())
        .put("images", new JsonArray(images.stream().map(Image::json).toList()))
        .build();
  }

  /** Reads what was kept; empty if it is something else. */
  static Optional<OwnerRecord> of(JsonObject kept) {
    Instant told;
    try {
      told = Instant.parse(Owners.text(kept, "told"));
    } catch (DateTimeException notOurs) {
      return Optional.empty();
    }
    return Optional.of(
        new OwnerRecord(
            Owners.text(kept, "uid"),
            Owners.text(kept, "namespace"),
            Owners.text(kept, "apiVersion"),
            Owners.text(kept, "kind"),
            Owners.text(kept, "name"),
            Owners.text(kept, "policyDigest"),
            Owners.text(kept, "trustRootDigest"),
            told,
            list(kept, "images").stream().flatMap(image -> Image.of(image).stream()).toList()));
  }

  private static List<Json> list(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asArray).map(JsonArray::values).orElse(List.of());
  }
}
