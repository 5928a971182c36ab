package dev.assayer.cluster;

import dev.assayer.cluster.ApiTransport.Content;
import dev.assayer.cluster.ApiTransport.Reply;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.json.StrictJson;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The Kubernetes API in the few verbs that Assayer needs. Every call ends within its patience and
 * gives a value, whatever happens. Safe for concurrent use; blocks, so never call it where a
 * request waits without a bound of its own.
 */
public final class KubeApi implements AutoCloseable {
  /** The longest that a call takes unless its caller says less. */
  public static final Duration PATIENCE = Duration.ofSeconds(4);

  /** Well above the largest object that etcd keeps (1.5 MiB). */
  private static final int LARGEST = 4 << 20;

  private static final String JSON = "application/json";
  private static final String METADATA =
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
  private static final String MERGE_PATCH = "application/merge-patch+json";
  private static final String APPLY = "application/apply-patch+yaml";

  private final ApiTransport transport;
  private final Duration patience;
  private final String accept;
  private final ClusterObserver observer;

  private KubeApi(
      ApiTransport transport, Duration patience, String accept, ClusterObserver observer) {
    this.transport = transport;
    this.patience = patience;
    this.accept = accept;
    this.observer = observer;
  }

  /** Reaches the API server so; sends nothing yet. */
  public static KubeApi open(Access access, ClusterObserver observer) {
    return new KubeApi(new ApiTransport(access), PATIENCE, JSON, observer);
  }

  /** The same connections, with another bound for each call. */
  public KubeApi patient(Duration atMost) {
    return new KubeApi(transport, atMost, accept, observer);
  }

  /** The same, but answers hold the metadata of an object alone, however large the object is. */
  public KubeApi terse() {
    return new KubeApi(transport, patience, METADATA, observer);
  }

  /** One object. */
  public KubeAnswer get(Resource resource, Optional<String> namespace, String name) {
    return call("get", resource, namespace, name, "", Optional.empty());
  }

  /**
   * All objects with these labels, as a List object.
   *
   * @param labelSelector such as {@code a=b}; empty for all
   */
  public KubeAnswer list(Resource resource, Optional<String> namespace, String labelSelector) {
    String query =
        labelSelector.isEmpty() ? "" : "?labelSelector=" + Resource.encoded(labelSelector);
    return call("list", resource, namespace, "", query, Optional.empty());
  }

  /**
   * One part of all objects of a kind, as a List object whose {@code metadata.continue} leads to
   * the next part. Where so many are too large for one answer, fewer are asked for.
   *
   * @param namespace empty for all namespaces
   * @param labelSelector empty for all
   * @param limit most objects of the part
   * @param from the {@code continue} of the part before; empty for the first
   */
  public KubeAnswer page(
      Resource resource, Optional<String> namespace, String labelSelector, int limit, String from) {
    String selected =
        labelSelector.isEmpty() ? "" : "&labelSelector=" + Resource.encoded(labelSelector);
    String rest = selected + (from.isEmpty() ? "" : "&continue=" + Resource.encoded(from));
    String what = "list " + resource.named(namespace, "");
    for (int most = limit; ; most = most / 2) {
      String path = resource.path(namespace, "") + "?limit=" + most + rest;
      try {
        Reply reply = transport.send("GET", path, accept, Optional.empty(), patience, LARGEST);
        return observed("list", understood(what, reply));
      } catch (ApiTransport.TooLarge large) {
        if (most == 1) {
          return observed("list", unavailable(what, large));
        }
      } catch (IOException | RuntimeException failed) {
        return observed("list", unavailable(what, failed));
      }
    }
  }

  /** Makes an object; {@link KubeAnswer.Conflict} if there is one. */
  public KubeAnswer create(Resource resource, Optional<String> namespace, JsonObject object) {
    return call("create", resource, namespace, "", "", content(JSON, object));
  }

  /**
   * Puts an object in place of the one that is there; {@link KubeAnswer.Conflict} if that has
   * another {@code resourceVersion} than the object says.
   */
  public KubeAnswer replace(
      Resource resource, Optional<String> namespace, String name, JsonObject object) {
    return call("update", resource, namespace, name, "", content(JSON, object));
  }

  /** Changes what the patch names (RFC 7386). */
  public KubeAnswer merge(
      Resource resource, Optional<String> namespace, String name, JsonObject patch) {
    return call("patch", resource, namespace, name, "", content(MERGE_PATCH, patch));
  }

  /**
   * Server-side apply: the object is then as given in all that the manager says or has said, also
   * where somebody else said otherwise; it is made if it is not there.
   */
  public KubeAnswer apply(
      Resource resource,
      Optional<String> namespace,
      String name,
      JsonObject object,
      String manager) {
    String query = "?force=true&fieldManager=" + Resource.encoded(manager);
    return call("patch", resource, namespace, name, query, content(APPLY, object));
  }

  /** Removes an object. */
  public KubeAnswer delete(Resource resource, Optional<String> namespace, String name) {
    return call("delete", resource, namespace, name, "", Optional.empty());
  }

  /** For fabric8's own clients. */
  Config config() throws IOException {
    return transport.config();
  }

  private static Optional<Content> content(String type, JsonObject object) {
    return Optional.of(new Content(type, JsonText.compact(object)));
  }

  private KubeAnswer call(
      String verb,
      Resource resource,
      Optional<String> namespace,
      String name,
      String query,
      Optional<Content> content) {
    String what = verb + " " + resource.named(namespace, name);
    String path = resource.path(namespace, name) + query;
    KubeAnswer answer;
    try {
      answer =
          understood(what, transport.send(method(verb), path, accept, content, patience, LARGEST));
    } catch (IOException | RuntimeException failed) {
      answer = unavailable(what, failed);
    }
    return observed(verb, answer);
  }

  private KubeAnswer observed(String verb, KubeAnswer answer) {
    observer.called(verb, answer.code());
    return answer;
  }

  private static KubeAnswer unavailable(String what, Exception failed) {
    String why =
        failed instanceof IOException
            ? String.valueOf(failed.getMessage())
            : failed.getClass().getSimpleName();
    return new KubeAnswer.Unavailable(Text.safe("the API server did not " + what + ": " + why));
  }

  private static String method(String verb) {
    return switch (verb) {
      case "create" -> "POST";
      case "update" -> "PUT";
      case "patch" -> "PATCH";
      case "delete" -> "DELETE";
      default -> "GET";
    };
  }

  private static KubeAnswer understood(String what, Reply reply) {
    if (reply.status() >= 200 && reply.status() < 300) {
      return object(reply)
          .<KubeAnswer>map(KubeAnswer.Found::new)
          .orElseGet(() ->
              new KubeAnswer.Unavailable("the API server's answer to " + what + " is no object"));
    }
    String said =
        object(reply)
            .flatMap(status -> status.get("message"))
            .flatMap(Json::asString)
            .map(message -> ": " + message)
            .orElse("");
    String answered = Text.safe(what + " was answered " + reply.status() + said);
    return switch (reply.status()) {
      case 401 -> new KubeAnswer.Forbidden("the API server does not accept our token to " + what);
      case 403 -> new KubeAnswer.Forbidden(Text.safe("RBAC does not allow to " + what + said));
      case 404 -> new KubeAnswer.Absent(answered);
      case 409 -> new KubeAnswer.Conflict(answered);
      case 408, 429 -> new KubeAnswer.Unavailable(answered);
      default ->
          reply.status() >= 400 && reply.status() < 500
              ? new KubeAnswer.Invalid(answered)
              : new KubeAnswer.Unavailable(answered);
    };
  }

  private static Optional<JsonObject> object(Reply reply) {
    try {
      return StrictJson.parse(reply.body(), JsonLimits.text(LARGEST)).asObject();
    } catch (JsonException notJson) {
      return Optional.empty();
    }
  }

  /** Ends all connections; calls under way and later ones fail. */
  @Override
  public void close() {
    transport.close();
  }
}
