package dev.assayer.cluster;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Puts the webhook objects into the cluster as the chart's ConfigMap has them, and removes them. An
 * object that is there is patched, never deleted and made anew: between the two, pods would start
 * unverified. Can be repeated at any time, also after a run that broke off.
 */
public final class WebhookInstaller {
  static final String MANAGER = "assayer-webhook";

  private static final String INJECTED = "cert-manager.io/inject-ca-from";
  private static final int ATTEMPTS = 5;

  private final KubeApi api;
  private final ClusterSettings settings;
  private final Duration timeout;
  private final List<String> done = new ArrayList<>();

  /** Ends what is under way; its message is the reason. */
  private static final class Stopped extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean input;

    Stopped(String why, boolean input) {
      super(why, null, false, false);
      this.input = input;
    }
  }

  /**
   * For one command.
   *
   * @param timeout how long to go on while the API server does not answer
   */
  public WebhookInstaller(KubeApi api, ClusterSettings settings, Duration timeout) {
    this.api = api;
    this.settings = settings;
    this.timeout = timeout;
  }

  /**
   * Creates or patches both objects.
   *
   * @param authority the CA of the webhook's certificate as PEM, if there is a file of it
   */
  public Outcome apply(Optional<String> authority) {
    return run(() -> {
      PackagedWebhooks packaged = packaged();
      for (Map.Entry<Resource, JsonObject> one : packaged.objects().entrySet()) {
        done.add(apply(one.getKey(), one.getValue(), authority));
      }
    });
  }

  /** Removes both objects, then the mark that a replica has seen them; absent ones are fine. */
  public Outcome remove() {
    return run(() -> {
      for (Resource resource : PackagedWebhooks.ORDER.reversed()) {
        done.add(delete(resource, settings.release()));
      }
      done.add(unmarked());
    });
  }

  private interface Work {
    void run() throws Stopped;
  }

  private Outcome run(Work work) {
    try {
      work.run();
      return new Outcome.Done(done);
    } catch (Stopped stopped) {
      return new Outcome.Failed(done, String.valueOf(stopped.getMessage()), stopped.input);
    }
  }

  private PackagedWebhooks packaged() throws Stopped {
    KubeAnswer answer =
        persistently(() ->
            api.get(Resource.CONFIG_MAP, Optional.of(settings.namespace()), settings.packaged()));
    if (answer instanceof KubeAnswer.Absent) {
      throw new Stopped(
          "there is no ConfigMap "
              + settings.packaged()
              + " in namespace "
              + settings.namespace()
              + ", which the chart makes; are --release and --namespace right?",
          true);
    }
    return switch (PackagedWebhooks.of(found(answer), settings)) {
      case PackagedWebhooks.Read.Good(PackagedWebhooks webhooks) -> webhooks;
      case PackagedWebhooks.Read.Bad(List<String> problems) ->
          throw new Stopped(String.join("; ", problems), true);
    };
  }

  private String apply(Resource resource, JsonObject packaged, Optional<String> authority)
      throws Stopped {
    KubeAnswer before = persistently(() -> api.get(resource, Optional.empty(), settings.release()));
    Optional<JsonObject> live =
        before instanceof KubeAnswer.Absent ? Optional.empty() : Optional.of(found(before));
    JsonObject wanted = withAuthority(packaged, live, authority);
    JsonObject applied =
        found(
            persistently(
                () -> api.apply(resource, Optional.empty(), settings.release(), wanted, MANAGER)));
    if (!WebhookDrift.between(packaged, applied).isEmpty()) {
      // What another manager has added stays with server-side apply; it must not.
      applied = replaced(resource, wanted, packaged, applied);
    }
    String name = resource.kind() + " " + settings.release();
    if (live.isEmpty()) {
      return name + " created";
    }
    return Text.text(live.get(), "metadata", "resourceVersion")
            .equals(Text.text(applied, "metadata", "resourceVersion"))
        ? name + " unchanged"
        : name + " patched";
  }

  /** The same metadata, and the webhooks exactly as wanted. */
  private JsonObject replaced(
      Resource resource, JsonObject wanted, JsonObject packaged, JsonObject applied)
      throws Stopped {
    JsonObject current = applied;
    for (int i = 0; i < ATTEMPTS; i++) {
      JsonObject whole =
          Text.with(current, "webhooks", wanted.get("webhooks").orElse(JsonArray.of()));
      KubeAnswer answer =
          persistently(() -> api.replace(resource, Optional.empty(), settings.release(), whole));
      if (!(answer instanceof KubeAnswer.Conflict)) {
        JsonObject now = found(answer);
        Map<DriftField, String> drift = WebhookDrift.between(packaged, now);
        if (drift.isEmpty()) {
          return now;
        }
        throw new Stopped(
            "after the change, "
                + String.join("; ", drift.values())
                + "; somebody else changes the object: find out who",
            false);
      }
      current = found(persistently(() -> api.get(resource, Optional.empty(), settings.release())));
    }
    throw new Stopped(
        resource.kind() + " " + settings.release() + " is changed by somebody else all the time",
        false);
  }

  /** With a caBundle in each entry: the given one, or what cert-manager injects. */
  private JsonObject withAuthority(
      JsonObject packaged, Optional<JsonObject> live, Optional<String> authority) throws Stopped {
    boolean injected = !Text.text(packaged, "metadata", "annotations", INJECTED).isEmpty();
    if (authority.isEmpty() && !injected) {
      throw new Stopped(
          "no CA for the caBundle; give --ca-file, or set " + ClusterSettings.AUTHORITY, true);
    }
    Optional<String> given = Optional.empty();
    if (authority.isPresent()) {
      if (Pem.certificates(authority.get())
          instanceof PemList.Refused<X509Certificate>(String why)) {
        throw new Stopped("the CA file cannot be used: " + why, true);
      }
      given =
          Optional.of(
              Base64.getEncoder().encodeToString(authority.get().getBytes(StandardCharsets.UTF_8)));
    }
    List<Json> entries = new ArrayList<>();
    for (JsonObject entry : Text.objects(packaged, "webhooks")) {
      Optional<String> bundle = injected ? injected(live, entry).or(fallback(given)) : given;
      entries.add(bundle.map(one -> withBundle(entry, one)).orElse(entry));
    }
    return Text.with(packaged, "webhooks", new JsonArray(entries));
  }

  private static Supplier<Optional<String>> fallback(Optional<String> given) {
    return () -> given;
  }

  /** What is in the live entry now. */
  private static Optional<String> injected(Optional<JsonObject> live, JsonObject entry) {
    return live.flatMap(object ->
            Optional.ofNullable(WebhookDrift.byName(object).get(Text.text(entry, "name"))))
        .map(found -> Text.text(found, "clientConfig", "caBundle"))
        .filter(bundle -> !bundle.isEmpty());
  }

  private static JsonObject withBundle(JsonObject entry, String bundle) {
    JsonObject client =
        entry.get("clientConfig").flatMap(Json::asObject).orElse(JsonObject.builder().build());
    return Text.with(entry, "clientConfig", Text.with(client, "caBundle", Json.of(bundle)));
  }

  /** The mark is emptied and not deleted: replicas may change it, and may not make it anew. */
  private String unmarked() throws Stopped {
    JsonObject nothing = JsonObject.builder().put("data", JsonNull.NULL).build();
    KubeAnswer answer =
        persistently(() ->
            api.merge(
                Resource.CONFIG_MAP,
                Optional.of(settings.namespace()),
                settings.marker(),
                nothing));
    String what = Resource.CONFIG_MAP.kind() + " " + settings.marker();
    if (answer instanceof KubeAnswer.Absent) {
      return what + " was not there";
    }
    var _ = found(answer);
    return what + " cleared";
  }

  private String delete(Resource resource, String name) throws Stopped {
    KubeAnswer answer = persistently(() -> api.delete(resource, Optional.empty(), name));
    String what = resource.kind() + " " + name;
    if (answer instanceof KubeAnswer.Absent) {
      return what + " was not there";
    }
    var _ = found(answer);
    return what + " removed";
  }

  private static JsonObject found(KubeAnswer answer) throws Stopped {
    return switch (answer) {
      case KubeAnswer.Found(JsonObject object) -> object;
      case KubeAnswer.Forbidden(String detail) ->
          throw new Stopped(
              detail + "; this command is for the service account of the chart's hooks", false);
      default -> throw new Stopped(answer.detail(), false);
    };
  }

  /** Tries again while the API server does not answer and there is time. */
  private KubeAnswer persistently(Supplier<KubeAnswer> call) throws Stopped {
    long end = System.nanoTime() + timeout.toNanos();
    KubeAnswer answer = call.get();
    while (answer instanceof KubeAnswer.Unavailable && System.nanoTime() - end < 0) {
      try {
        Thread.sleep(Duration.ofSeconds(1));
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new Stopped("interrupted", false);
      }
      answer = call.get();
    }
    return answer;
  }
}
