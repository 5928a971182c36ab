package dev.assayer.cluster;

import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the API server what the own account may do, and compares it with what the chart gives: a
 * right that somebody added is one that a flaw in this process would have too.
 */
public final class OwnRights {
  /** Elsewhere an added role counts too; every namespace would be many calls. */
  private static final List<String> ELSEWHERE = List.of("default", "kube-system");

  /** What Kubernetes gives to every account ({@code system:basic-user}). */
  private static final List<Right> EVERYBODY =
      List.of(
          Right.of(
              "authorization.k8s.io",
              List.of("selfsubjectaccessreviews", "selfsubjectrulesreviews"),
              "create"),
          Right.of("authentication.k8s.io", List.of("selfsubjectreviews"), "create"));

  /**
   * The same beside objects ({@code system:discovery}, {@code system:public-info-viewer}, {@code
   * system:service-account-issuer-discovery}).
   */
  private static final Set<String> PATHS =
      Set.of(
          "/api",
          "/api/*",
          "/apis",
          "/apis/*",
          "/healthz",
          "/livez",
          "/readyz",
          "/openapi",
          "/openapi/*",
          "/version",
          "/version/",
          "/.well-known/openid-configuration",
          "/.well-known/openid-configuration/",
          "/openid/v1/jwks",
          "/openid/v1/jwks/");

  private final KubeApi api;
  private final String home;

  OwnRights(KubeApi api, String home) {
    this.api = api;
    this.home = home;
  }

  /** What was found. */
  public sealed interface Found {
    /**
     * They are known.
     *
     * @param unexpected rules that nobody gave by the chart, in words
     * @param missing rules of the chart that are not there, in words
     * @param whole whether the API server could tell all of them
     */
    record Known(List<String> unexpected, List<String> missing, boolean whole) implements Found {
      /** Copies the lists. */
      public Known {
        unexpected = List.copyOf(unexpected);
        missing = List.copyOf(missing);
      }
    }

    /** The API server did not say. */
    record Unknown(String why) implements Found {}
  }

  private record Held(List<Right> rights, List<String> paths, boolean whole) {}

  /** Asks; some calls. */
  public Found look(PackagedRights packaged) {
    Set<String> unexpected = new LinkedHashSet<>();
    List<String> missing = new ArrayList<>();
    boolean whole = true;
    List<String> namespaces = new ArrayList<>(List.of(home));
    ELSEWHERE.stream().filter(name -> !name.equals(home)).forEach(namespaces::add);
    for (String namespace : namespaces) {
      List<Right> given = new ArrayList<>(EVERYBODY);
      given.addAll(packaged.wide());
      if (namespace.equals(home)) {
        given.addAll(packaged.home());
      }
      KubeAnswer answer = ask(namespace);
      if (!(answer instanceof KubeAnswer.Found(JsonObject review))) {
        return new Found.Unknown(answer.detail());
      }
      Held held = held(review);
      whole &= held.whole();
      held.rights().stream()
          .filter(right -> !right.within(given))
          .forEach(right -> unexpected.add(right.words()));
      unexpected.addAll(held.paths());
      if (namespace.equals(home)) {
        given.stream()
            .filter(right -> !EVERYBODY.contains(right) && !right.within(held.rights()))
            .forEach(right -> missing.add(right.words()));
      }
    }
    return new Found.Known(List.copyOf(unexpected), missing, whole);
  }

  private KubeAnswer ask(String namespace) {
    JsonObject review =
        JsonObject.builder()
            .put("apiVersion", Resource.OWN_RIGHTS.apiVersion())
            .put("kind", Resource.OWN_RIGHTS.kind())
            .put("spec", JsonObject.builder().put("namespace", namespace).build())
            .build();
    return api.create(Resource.OWN_RIGHTS, Optional.empty(), review);
  }

  private static Held held(JsonObject review) {
    List<String> paths = new ArrayList<>();
    for (JsonObject rule : Text.objects(review, "status", "nonResourceRules")) {
      List<String> verbs = Text.strings(rule, "verbs");
      List<String> urls = Text.strings(rule, "nonResourceURLs");
      if (!verbs.equals(List.of("get")) || !PATHS.containsAll(urls)) {
        paths.add(Text.safe(String.join(",", verbs) + " " + String.join(",", urls), 200));
      }
    }
    return new Held(
        Text.objects(review, "status", "resourceRules").stream().map(Right::read).toList(),
        paths,
        !Text.at(review, "status", "incomplete").flatMap(Json::asBoolean).orElse(false));
  }
}
