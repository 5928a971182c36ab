package dev.assayer.remote;

import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.time.Deadline;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gets Bearer tokens as the distribution token protocol has it, from the configured host or the
 * configured realm's host and from nobody else, whatever a challenge says. One request serves all
 * that ask for the same token at the same time.
 */
final class TokenSource {
  private static final String ACTION = "GET token";
  private static final int MOST_ROUNDS = 3;

  private record Wanted(String scope, URI realm, Optional<String> service) {}

  private final Transport transport;
  private final Exchanges exchanges;
  private final Peer host;
  private final Optional<Peer> realm;
  private final Optional<Credentials> credentials;
  private final TokenCache cache = new TokenCache(System::nanoTime);
  private final ConcurrentHashMap<Wanted, CompletableFuture<Credential>> inFlight =
      new ConcurrentHashMap<>();

  TokenSource(
      Transport transport,
      Exchanges exchanges,
      Peer host,
      Optional<Peer> realm,
      Optional<Credentials> credentials) {
    this.transport = transport;
    this.exchanges = exchanges;
    this.host = host;
    this.realm = realm;
    this.credentials = credentials;
  }

  /** A token that was got before and should still serve. */
  Optional<String> cached(String scope) {
    return cache.get(scope);
  }

  /** Takes note that the server refused a token. */
  void refused(String scope, String token) {
    cache.drop(scope, token);
  }

  /** A token for {@code scope} as the challenge asks for it. */
  Credential token(String scope, Challenge challenge, StageLog stages, Deadline deadline) {
    Optional<URI> address = challenge.parameter("realm").flatMap(TokenSource::address);
    Optional<Peer> server = address.flatMap(this::allowed);
    if (server.isEmpty()) {
      exchanges.unmade(host.origin(), CallResult.REDIRECT_BLOCKED);
      return new Credential.Denied(
          Reason.REDIRECT_BLOCKED,
          host.origin().label()
              + " asks for a token from "
              + address.map(Words::target).orElse("an address that cannot be read")
              + ", which is neither this host nor the one in auth.realm, by https",
          Health.UP);
    }
    Wanted wanted = new Wanted(scope, address.get(), challenge.parameter("service"));
    for (int round = 1; ; round++) {
      Credential found = shared(wanted, server.get(), stages, deadline);
      boolean othersTime =
          found instanceof Credential.Denied denied && denied.reason() == Reason.DEADLINE_EXCEEDED;
      if (!othersTime || deadline.expired() || round == MOST_ROUNDS) {
        return found;
      }
    }
  }

  private Credential shared(Wanted wanted, Peer server, StageLog stages, Deadline deadline) {
    CompletableFuture<Credential> mine = new CompletableFuture<>();
    CompletableFuture<Credential> other = inFlight.putIfAbsent(wanted, mine);
    try (StageLog.Span span = stages.begin("token", server.origin().label())) {
      if (other != null) {
        Credential found = await(other, server, deadline);
        span.note("shared");
        return found;
      }
      Credential found = unanswered(server);
      try {
        Optional<String> meanwhile = cache.get(wanted.scope());
        found =
            meanwhile.isPresent()
                ? new Credential.Token(meanwhile.get(), false)
                : guarded(wanted, server, span, deadline);
        return found;
      } finally {
        inFlight.remove(wanted, mine);
        mine.complete(forOthers(found));
      }
    }
  }

  /** A time-out of the one who asked is no answer for those who have more time. */
  private Credential forOthers(Credential found) {
    return found instanceof Credential.Denied(Reason reason, String detail, Health _, boolean _)
            && reason == Reason.UPSTREAM_TIMEOUT
        ? new Credential.Denied(Reason.DEADLINE_EXCEEDED, detail, Health.UNKNOWN)
        : found;
  }

  private Credential await(CompletableFuture<Credential> other, Peer server, Deadline deadline) {
    try {
      return other.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return new Credential.Denied(
          Reason.UPSTREAM_TIMEOUT,
          server.origin().label() + " did not answer " + ACTION + " in time",
          Health.UNKNOWN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unanswered(server);
    } catch (ExecutionException e) {
      return unanswered(server);
    }
  }

  private static Credential unanswered(Peer server) {
    return new Credential.Denied(
        Reason.DEADLINE_EXCEEDED,
        ACTION + " from " + server.origin().label() + " was called off",
        Health.UNKNOWN);
  }

  /** Another host has its own breaker; a call to the configured host runs under its caller's. */
  private Credential guarded(Wanted wanted, Peer server, StageLog.Span span, Deadline deadline) {
    if (server.origin().equals(host.origin())) {
      return request(wanted, server, span, deadline);
    }
    return switch (server.breaker().enter(deadline.remaining())) {
      case Breaker.Refused(String why) -> {
        exchanges.unmade(server.origin(), CallResult.BREAKER_OPEN);
        yield new Credential.Denied(
            Reason.UPSTREAM_UNREACHABLE, server.origin().label() + ": " + why, Health.UP);
      }
      case Breaker.Permit permit -> {
        Credential found = unanswered(server);
        Health health = Health.UNKNOWN;
        String detail = "";
        try {
          found = request(wanted, server, span, deadline);
          health = Health.UP;
          if (found instanceof Credential.Denied denied) {
            health = denied.health();
            detail = denied.detail();
            found =
                new Credential.Denied(denied.reason(), denied.detail(), Health.UP, denied.outage());
          }
        } finally {
          server.breaker().end(permit, health, detail);
        }
        yield found;
      }
    };
  }

  private Credential request(Wanted wanted, Peer server, StageLog.Span span, Deadline deadline) {
    String label = server.origin().label();
    Optional<String> basic;
    try {
      basic = credentials.map(Credentials::basic);
    } catch (RuntimeException unreadable) {
      return Authentication.unreadable(label, unreadable);
    }
    URI uri = server.origin().uri(query(wanted));
    Answer answer =
        transport.get(server.origin(), uri, false, basic, ACTION, TokenAnswer.MOST_BYTES, deadline);
    return switch (answer) {
      case Answer.Lost lost -> {
        span.note(lost.reason().code());
        yield new Credential.Denied(lost.reason(), lost.detail(), lost.health());
      }
      case Answer.Reply reply -> {
        span.note(reply.note());
        yield judge(wanted, label, reply, basic.isPresent());
      }
    };
  }

  private Credential judge(Wanted wanted, String label, Answer.Reply reply, boolean named) {
    int status = reply.status();
    String said = label + " answered " + ACTION + " with " + status;
    if (status == 200) {
      Optional<TokenAnswer> answer = TokenAnswer.parse(reply.body());
      if (answer.isEmpty()) {
        return denied(
            Reason.UPSTREAM_MALFORMED, label + " answered " + ACTION + " without a usable token");
      }
      if (!answer.get().life().isZero()) {
        cache.put(wanted.scope(), answer.get().token(), answer.get().life());
      }
      return new Credential.Token(answer.get().token(), true);
    }
    if (status == 401 || status == 403) {
      return denied(
          Reason.AUTH_FAILED,
          said
              + (named
                  ? "; check the user name and password of this validator's auth"
                  : "; configure auth for this validator"));
    }
    if (status == 429) {
      return denied(Reason.RATE_LIMITED, said);
    }
    if (status >= 300 && status < 400) {
      return denied(Reason.REDIRECT_BLOCKED, said + "; a token server may not redirect");
    }
    boolean fault = status >= 500;
    return new Credential.Denied(
        Reason.UPSTREAM_ERROR, said, fault ? Health.DOWN : Health.UP, fault);
  }

  private static Credential denied(Reason reason, String detail) {
    return new Credential.Denied(reason, detail, Health.UP);
  }

  private static Optional<URI> address(String realm) {
    try {
      return Optional.of(URI.create(realm));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  private Optional<Peer> allowed(URI address) {
    Optional<Origin> origin = Origin.of(address);
    if (origin.isEmpty()) {
      return Optional.empty();
    }
    return origin.get().equals(host.origin())
        ? Optional.of(host)
        : realm.filter(peer -> peer.origin().equals(origin.get()));
  }

  private static String query(Wanted wanted) {
    String path = wanted.realm().getRawPath();
    String own = wanted.realm().getRawQuery();
    StringBuilder out = new StringBuilder(path.isEmpty() ? "/" : path).append('?');
    if (own != null && !own.isEmpty()) {
      out.append(own).append('&');
    }
    wanted
        .service()
        .ifPresent(name -> out.append("service=").append(UrlPath.encodeValue(name)).append('&'));
    if (!wanted.scope().isEmpty()) {
      out.append("scope=").append(UrlPath.encodeValue(wanted.scope())).append('&');
    }
    return out.substring(0, out.length() - 1);
  }
}
