package dev.assayer.cluster;

import dev.assayer.json.JsonObject;
import dev.assayer.remote.Credentials;
import dev.assayer.remote.CredentialsUnavailable;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Credentials in Secrets of the own namespace. A Secret is read when it is first needed, with a
 * bounded wait, and again every half minute in the background. While the API server does not
 * answer, what was read last goes on; when the Secret is gone or may not be read any more, it is
 * forgotten.
 */
public final class NamedSecrets implements CredentialSource {
  private static final Duration WAIT = Duration.ofSeconds(2);
  private static final Duration FRESH = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final KubeApi api;
  private final String namespace;
  private final LongSupplier nanoTime;
  private final Map<Key, Entry> entries = new ConcurrentHashMap<>();

  private record Key(String secret, String host) {}

  /** What was found, and when that was looked for. */
  private record State(SecretPair.Read read, long at) {}

  /** One Secret for one host; only one thread at a time asks for it. */
  private static final class Entry {
    private volatile Optional<State> state = Optional.empty();
  }

  /** Reads Secrets of this namespace. */
  public NamedSecrets(KubeApi api, String namespace) {
    this(api, namespace, System::nanoTime);
  }

  NamedSecrets(KubeApi api, String namespace, LongSupplier nanoTime) {
    this.api = api.patient(WAIT);
    this.namespace = namespace;
    this.nanoTime = nanoTime;
  }

  @Override
  public Credentials credentials(String secretName, String host) {
    Key key = new Key(secretName, host);
    entries.computeIfAbsent(key, _ -> new Entry());
    return new Credentials(() -> pair(key).username(), () -> pair(key).password());
  }

  /** Reads again what is due; to be called in the background. */
  public void refresh() {
    entries.forEach((key, entry) -> {
      if (older(entry, FRESH)) {
        read(key, entry, FRESH);
      }
    });
  }

  private SecretPair pair(Key key) {
    Entry entry = entries.computeIfAbsent(key, _ -> new Entry());
    if (!(entry.state.map(State::read).orElse(null) instanceof SecretPair.Read.Pair)) {
      read(key, entry, RETRY);
    }
    return switch (entry.state.map(State::read).orElseThrow()) {
      case SecretPair.Read.Pair(SecretPair pair) -> pair;
      case SecretPair.Read.None(String why) ->
          throw new CredentialsUnavailable("Secret " + key.secret() + ": " + why);
    };
  }

  private boolean older(Entry entry, Duration than) {
    return entry.state.isEmpty() || nanoTime.getAsLong() - entry.state.get().at() >= than.toNanos();
  }

  private void read(Key key, Entry entry, Duration unlessYoungerThan) {
    synchronized (entry) {
      if (!older(entry, unlessYoungerThan)) {
        return; // somebody else has just asked
      }
      KubeAnswer answer = api.get(Resource.SECRET, Optional.of(namespace), key.secret());
      SecretPair.Read read =
          switch (answer) {
            case KubeAnswer.Found(JsonObject secret) -> SecretPair.of(secret, key.host());
            case KubeAnswer.Absent _ ->
                new SecretPair.Read.None("there is none in namespace " + namespace);
            case KubeAnswer.Unavailable(String why) ->
                entry.state.map(State::read).orElse(new SecretPair.Read.None(why));
            default -> new SecretPair.Read.None(answer.detail());
          };
      entry.state = Optional.of(new State(read, nanoTime.getAsLong()));
    }
  }
}
