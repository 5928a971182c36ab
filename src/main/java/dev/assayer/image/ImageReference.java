package dev.assayer.image;

import java.util.Optional;

/**
 * An image name in normal form: {@code host[:port]/path} with a tag, a digest, or both.
 *
 * <p>No host becomes {@code docker.io}, as does its one alias {@code index.docker.io}; there, one
 * path component gets {@code library/} in front. The host is lower-case and without {@code :443}.
 * Neither tag nor digest becomes the tag {@code latest}.
 *
 * @param requested the string as it came
 * @param host lower-case registry host, with its port unless that is 443
 * @param path repository path, as written
 * @param tag the tag, present unless the image was asked for by digest alone
 * @param digest the digest the image was asked for
 */
public record ImageReference(
    String requested, String host, String path, Optional<String> tag, Optional<Digest> digest) {
  static final String DOCKER_HUB = "docker.io";
  static final String LOCALHOST = "localhost";
  static final int REPOSITORY_LIMIT = 255;

  /** Refuses, as a programming error, parts that are not in normal form. */
  public ImageReference {
    if (!NormalForm.holds(host, path, tag) || (tag.isEmpty() && digest.isEmpty())) {
      throw new IllegalArgumentException("not the normal form of an image name");
    }
  }

  /**
   * Reads an image string as the container runtime does (distribution/reference, which containerd
   * uses) and normalises it. Takes any string; linear time; never trims.
   */
  public static ReferenceResult parse(String requested) {
    return ReferenceParser.parse(requested);
  }

  /** {@code host[:port]/path}. */
  public String repository() {
    return host + "/" + path;
  }

  /**
   * What patterns are matched against: {@code host/path:tag}; {@code host/path:}, with an empty
   * tag, for a digest alone. A digest beside a tag plays no part.
   */
  public String matchName() {
    return repository() + ":" + tag.orElse("");
  }

  /**
   * The whole name with tag and digest, to be written into an object or a message: it parses to the
   * same normal form. A host that would be taken for a path without its port ({@code
   * registry:443/app}) is written with it.
   */
  public String text() {
    StringBuilder text = new StringBuilder(host);
    if (!NormalForm.readsAsHost(host)) {
      text.append(NormalForm.HTTPS_PORT);
    }
    text.append('/').append(path);
    tag.ifPresent(name -> text.append(':').append(name));
    digest.ifPresent(pin -> text.append('@').append(pin.text()));
    return text.toString();
  }

  /** The same name pinned to a digest; the tag, if any, stays. */
  public ImageReference pinned(Digest pin) {
    return new ImageReference(requested, host, path, tag, Optional.of(pin));
  }

  @Override
  public String toString() {
    return text();
  }
}
