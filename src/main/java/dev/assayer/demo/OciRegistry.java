package dev.assayer.demo;

import com.sun.net.httpserver.HttpExchange;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.samples.Hashes;
import dev.assayer.samples.PushedImage;
import dev.assayer.samples.ServerIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An OCI registry, read-only over HTTP: {@code /v2/<name>/manifests/<reference>} and {@code
 * /v2/<name>/blobs/<digest>} (OCI distribution-spec end-2 and end-3). Pushing is by methods.
 */
public final class OciRegistry extends EmbeddedServer {
  /** Media type of an OCI image manifest. */
  public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  private static final String PREFIX = "/v2/";
  private static final String MANIFESTS = "/manifests/";
  private static final String BLOBS = "/blobs/";

  /** By path, such as {@code /v2/acme/app/manifests/1.4}. */
  private final Map<String, Content> contents = new ConcurrentHashMap<>();

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Content(String mediaType, byte[] bytes, String digest) {}

  private OciRegistry(ServerIdentity identity, InetAddress address) {
    super(identity, address);
  }

  /** Starts an empty registry with this certificate, on a free loopback port. */
  public static OciRegistry start(ServerIdentity identity) {
    return start(identity, loopback());
  }

  /** The same at another address of this machine, for clients elsewhere. */
  public static OciRegistry start(ServerIdentity identity, InetAddress address) {
    return new OciRegistry(identity, address);
  }

  /**
   * Pushes an image that a container runtime could pull and unpack.
   *
   * @param repository path without host
   * @param layerTexts one layer each, holding the file {@code text}; other texts, other digest
   */
  public PushedImage putImage(String repository, String tag, String... layerTexts) {
    List<Json> layers = new ArrayList<>();
    List<String> diffIds = new ArrayList<>();
    for (String text : layerTexts) {
      byte[] tar = Tar.of("text", text);
      layers.add(descriptor(LAYER, tar));
      diffIds.add(putBlob(repository, tar));
    }
    byte[] config =
        JsonText.compactBytes(
            JsonObject.builder()
                .put("architecture", "amd64")
                .put("os", "linux")
                .put(
                    "rootfs",
                    JsonObject.builder().put("type", "layers").put("diff_ids", diffIds).build())
                .build());
    var _ = putBlob(repository, config);
    byte[] manifest =
        JsonText.compactBytes(
            JsonObject.builder()
                .put("schemaVersion", 2)
                .put("mediaType", MANIFEST)
                .put("config", descriptor(CONFIG, config))
                .put("layers", new JsonArray(layers))
                .build());
    return putManifest(repository, tag, manifest, MANIFEST);
  }

  /**
   * Stores a manifest under its digest and under {@code reference}: a tag, or a digest that is not
   * its own, as a lying registry does.
   */
  public PushedImage putManifest(
      String repository, String reference, byte[] manifest, String mediaType) {
    String digest = digest(manifest);
    Content content = new Content(mediaType, manifest.clone(), digest);
    contents.put(PREFIX + repository + MANIFESTS + digest, content);
    contents.put(PREFIX + repository + MANIFESTS + reference, content);
    return new PushedImage(repository, digest, manifest.length);
  }

  /** Points a tag at an image of the same repository, in place of what it named before. */
  public void tag(String tag, PushedImage image) {
    String base = PREFIX + image.repository() + MANIFESTS;
    Content content = contents.get(base + image.digest());
    if (content == null) {
      throw new IllegalArgumentException("the registry has no " + image);
    }
    contents.put(base + tag, content);
  }

  /** Takes a tag, or a manifest by its digest, away. */
  public void removeManifest(String repository, String reference) {
    contents.remove(PREFIX + repository + MANIFESTS + reference);
  }

  /** Stores a blob and returns its digest. */
  public String putBlob(String repository, byte[] blob) {
    String digest = digest(blob);
    contents.put(
        PREFIX + repository + BLOBS + digest,
        new Content("application/octet-stream", blob.clone(), digest));
    return digest;
  }

  /** An OCI descriptor of these bytes. */
  public static JsonObject descriptor(String mediaType, byte[] bytes) {
    return JsonObject.builder()
        .put("mediaType", mediaType)
        .put("digest", digest(bytes))
        .put("size", bytes.length)
        .build();
  }

  @Override
  Optional<String> repositoryOf(String path) {
    int end = Math.max(path.lastIndexOf(MANIFESTS), path.lastIndexOf(BLOBS));
    return path.startsWith(PREFIX) && end > PREFIX.length()
        ? Optional.of(path.substring(PREFIX.length(), end))
        : Optional.empty();
  }

  @Override
  void answer(HttpExchange exchange, String path) throws IOException {
    Content content = contents.get(path);
    if (path.equals(PREFIX)) {
      send(exchange, 200, new byte[0]);
    } else if (content == null) {
      String code = path.contains(BLOBS) ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN";
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      send(exchange, 404, error(code));
    } else {
      exchange.getResponseHeaders().set("Content-Type", content.mediaType());
      exchange.getResponseHeaders().set("Docker-Content-Digest", content.digest());
      send(exchange, 200, content.bytes());
    }
  }

  private static byte[] error(String code) {
    JsonObject error = JsonObject.builder().put("code", code).put("message", "not here").build();
    return JsonText.compactBytes(JsonObject.builder().put("errors", JsonArray.of(error)).build());
  }

  private static String digest(byte[] bytes) {
    return "sha256:" + Hashes.sha256Hex(bytes);
  }
}
