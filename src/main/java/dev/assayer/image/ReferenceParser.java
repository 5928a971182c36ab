package dev.assayer.image;

import dev.assayer.image.ReferenceResult.Invalid;
import dev.assayer.image.ReferenceResult.Problem;
import dev.assayer.image.ReferenceResult.Valid;
import java.util.Optional;

/** Takes a reference apart, checks each part in order, and puts the normal form together. */
final class ReferenceParser {
  private static final String DEFAULT_TAG = "latest";
  private static final String SHA256 = "sha256";
  private static final int ID_DIGITS = 32;

  private ReferenceParser() {}

  static ReferenceResult parse(String requested) {
    if (requested.isEmpty()) {
      return new Invalid(
          requested, Problem.INVALID, "The image reference is empty; name an image.");
    }
    if (Digest.isHex(requested)) {
      return invalid(
          requested,
          new Fault(0, "64 hexadecimal digits are an image id; write a repository name"));
    }
    if (isImageId(requested)) {
      return invalid(
          requested,
          new Fault(
              0,
              "sha256: and hexadecimal digits are an image id to the runtime; write a repository"
                  + " name"));
    }
    int slash = requested.indexOf('/');
    boolean hosted = slash > 0 && NormalForm.readsAsHost(requested.substring(0, slash));
    int pathStart = hosted ? slash + 1 : 0;
    int at = requested.indexOf('@', pathStart);
    int nameEnd = at < 0 ? requested.length() : at;
    int colon = requested.substring(pathStart, nameEnd).indexOf(':');
    int pathEnd = colon < 0 ? nameEnd : pathStart + colon;

    String writtenHost = hosted ? requested.substring(0, slash) : ImageReference.DOCKER_HUB;
    String writtenPath = requested.substring(pathStart, pathEnd);
    Optional<String> tag =
        colon < 0 ? Optional.empty() : Optional.of(requested.substring(pathEnd + 1, nameEnd));

    Optional<Fault> fault =
        Grammar.host(writtenHost)
            .or(() -> Grammar.path(writtenPath).map(found -> found.shifted(pathStart)))
            .or(() -> tag.flatMap(Grammar::tag).map(found -> found.shifted(pathEnd + 1)));
    if (fault.isPresent()) {
      return invalid(requested, fault.get());
    }
    String host = NormalForm.host(writtenHost);
    String path = NormalForm.path(host, writtenPath);
    int length = host.length() + 1 + path.length();
    if (length > ImageReference.REPOSITORY_LIMIT) {
      return invalid(
          requested,
          new Fault(pathStart, "host and path have " + length + " characters, 255 is the limit"));
    }
    return at < 0
        ? new Valid(
            new ImageReference(
                requested, host, path, tag.or(() -> Optional.of(DEFAULT_TAG)), Optional.empty()))
        : withDigest(requested, host, path, tag, at + 1);
  }

  /**
   * By the grammar this is a tag of the repository library/sha256, but containerd takes it for the
   * id of an image that the node holds already, or for the start of one from 32 digits on
   * (LocalResolve of its CRI plugin), and runs that image whatever name the rule was chosen by.
   */
  private static boolean isImageId(String requested) {
    return requested.startsWith(Digest.PREFIX)
        && requested.length() >= Digest.PREFIX.length() + ID_DIGITS
        && requested.substring(Digest.PREFIX.length()).chars().allMatch(Grammar::isLowerHex);
  }

  private static ReferenceResult withDigest(
      String requested, String host, String path, Optional<String> tag, int start) {
    String written = requested.substring(start);
    Optional<Digest> digest = Digest.parse(written);
    if (digest.isPresent()) {
      return new Valid(new ImageReference(requested, host, path, tag, digest));
    }
    int colon = written.indexOf(':');
    String algorithm = colon < 0 ? "" : written.substring(0, colon);
    if (algorithm.equals(SHA256)) {
      return invalid(requested, sha256Fault(written).shifted(start));
    }
    if (Grammar.isAlgorithm(algorithm)) {
      String detail =
          sentence(
              requested,
              new Fault(
                  start,
                  "the digest algorithm "
                      + Printable.quoted(algorithm)
                      + " does not pin; use sha256:<64 lower-case hexadecimal digits>"));
      return new Invalid(requested, Problem.HASH_UNSUPPORTED, detail);
    }
    return invalid(
        requested,
        new Fault(start, "the digest is not written sha256:<64 lower-case hexadecimal digits>"));
  }

  private static Fault sha256Fault(String written) {
    int from = Digest.PREFIX.length();
    for (int i = from; i < written.length(); i++) {
      if (!Grammar.isLowerHex(written.charAt(i))) {
        return new Fault(
            i,
            "a sha256 digest has lower-case hexadecimal digits only, not "
                + Printable.character(written.codePointAt(i)));
      }
    }
    return new Fault(
        from,
        "a sha256 digest has exactly 64 hexadecimal digits, this one " + (written.length() - from));
  }

  private static Invalid invalid(String requested, Fault fault) {
    return new Invalid(requested, Problem.INVALID, sentence(requested, fault));
  }

  private static String sentence(String requested, Fault fault) {
    return "The image reference "
        + Printable.quoted(requested)
        + " is wrong at character "
        + (fault.at() + 1)
        + ": "
        + fault.what()
        + ".";
  }
}
