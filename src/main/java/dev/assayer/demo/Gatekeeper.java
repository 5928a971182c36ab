package dev.assayer.demo;

import com.sun.net.httpserver.HttpExchange;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Authentication of an embedded server: none, Basic, or the Bearer tokens of the distribution
 * protocol, issued by {@code /token} on the same host.
 */
public final class Gatekeeper {
  static final String TOKEN_PATH = "/token";

  private static final String BEARER = "Bearer ";

  private enum Scheme {
    OPEN,
    BASIC,
    BEARER
  }

  private record Settings(Scheme scheme, Optional<String> credentials, Optional<String> realm) {}

  private volatile Settings settings =
      new Settings(Scheme.OPEN, Optional.empty(), Optional.empty());

  /** Scopes by token. */
  private final Map<String, Set<String>> tokens = new ConcurrentHashMap<>();

  Gatekeeper() {}

  /** Lets everyone read. */
  public void open() {
    settings = new Settings(Scheme.OPEN, Optional.empty(), Optional.empty());
  }

  /** Demands these Basic credentials on every request. */
  public void requireBasic(String user, String password) {
    settings = new Settings(Scheme.BASIC, Optional.of(basic(user, password)), Optional.empty());
  }

  /** Demands a token, which anyone may fetch. */
  public void requireToken() {
    settings = new Settings(Scheme.BEARER, Optional.empty(), Optional.empty());
  }

  /** Demands a token, which {@code /token} gives for these Basic credentials. */
  public void requireToken(String user, String password) {
    settings = new Settings(Scheme.BEARER, Optional.of(basic(user, password)), Optional.empty());
  }

  /** Names another realm in the challenge than the own token endpoint. */
  public void realm(String url) {
    settings = new Settings(settings.scheme(), settings.credentials(), Optional.of(url));
  }

  /** Forgets all tokens, as if they had expired. */
  public void expireTokens() {
    tokens.clear();
  }

  /** Whether the request may pass; if not, it has been answered. */
  boolean admits(HttpExchange exchange, Optional<String> repository) throws IOException {
    Settings now = settings;
    String authorization = authorization(exchange);
    boolean passes =
        switch (now.scheme()) {
          case OPEN -> true;
          case BASIC -> now.credentials().equals(Optional.of(authorization));
          case BEARER -> covers(authorization, repository);
        };
    if (!passes) {
      exchange.getResponseHeaders().set("WWW-Authenticate", challenge(now, exchange, repository));
      EmbeddedServer.send(exchange, 401, new byte[0]);
    }
    return passes;
  }

  /** The token endpoint: GET with {@code scope} parameters. */
  void issue(HttpExchange exchange) throws IOException {
    Settings now = settings;
    Optional<String> wanted = now.credentials();
    if (now.scheme() != Scheme.BEARER) {
      EmbeddedServer.send(exchange, 404, new byte[0]);
    } else if (wanted.isPresent() && !wanted.get().equals(authorization(exchange))) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"assayer demo\"");
      EmbeddedServer.send(exchange, 401, new byte[0]);
    } else {
      String token = UUID.randomUUID().toString();
      tokens.put(token, Set.copyOf(scopes(exchange)));
      JsonObject answer =
          JsonObject.builder()
              .put("token", token)
              .put("access_token", token)
              .put("expires_in", 300)
              .build();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      EmbeddedServer.send(exchange, 200, JsonText.compactBytes(answer));
    }
  }

  private boolean covers(String authorization, Optional<String> repository) {
    if (!authorization.startsWith(BEARER)) {
      return false;
    }
    Set<String> scopes = tokens.get(authorization.substring(BEARER.length()));
    return scopes != null && repository.map(Gatekeeper::scope).map(scopes::contains).orElse(true);
  }

  private static String challenge(
      Settings now, HttpExchange exchange, Optional<String> repository) {
    if (now.scheme() == Scheme.BASIC) {
      return "Basic realm=\"assayer demo\"";
    }
    String host = exchange.getRequestHeaders().getFirst("Host");
    String realm = now.realm().orElse("https://" + host + TOKEN_PATH);
    String scope = repository.map(name -> ",scope=\"" + scope(name) + "\"").orElse("");
    return "Bearer realm=\"" + realm + "\",service=\"assayer-demo\"" + scope;
  }

  private static String scope(String repository) {
    return "repository:" + repository + ":pull";
  }

  /** One parameter may hold several scopes apart by spaces, one scope several actions. */
  private static List<String> scopes(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    List<String> scopes = new ArrayList<>();
    for (String parameter : query == null ? new String[0] : query.split("&", -1)) {
      if (parameter.startsWith("scope=")) {
        String value =
            URLDecoder.decode(parameter.substring("scope=".length()), StandardCharsets.UTF_8);
        scopes.addAll(List.of(value.split(" ", -1)));
      }
    }
    return scopes.stream().map(Gatekeeper::pullOnly).distinct().toList();
  }

  private static String pullOnly(String scope) {
    int colon = scope.lastIndexOf(':');
    boolean pulls =
        colon > 0 && List.of(scope.substring(colon + 1).split(",", -1)).contains("pull");
    return pulls ? scope.substring(0, colon) + ":pull" : scope;
  }

  private static String authorization(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    return header == null ? "" : header;
  }

  private static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }
}
