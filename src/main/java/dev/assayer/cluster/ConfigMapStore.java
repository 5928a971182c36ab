package dev.assayer.cluster;

import dev.assayer.cluster.ConfigMapShard.Fetched;
import dev.assayer.state.SharedStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Keeps short texts in ConfigMaps of the own namespace that the chart has made, {@code
 * RELEASE-facts-0} to {@code -15} for names that begin with {@code fact-} and {@code
 * RELEASE-marks-0} to {@code -15} for all others; a hash of the name says in which. Never makes
 * one. What stands there and was not written so is as if it were absent.
 */
public final class ConfigMapStore implements SharedStore {
  private final Map<ShardKind, List<ConfigMapShard>> shards = new EnumMap<>(ShardKind.class);
  private final InstantSource clock;
  private final String scope;
  private volatile boolean closed;

  ConfigMapStore(KubeApi api, ClusterSettings settings, InstantSource clock) {
    this(api, settings, clock, System::nanoTime);
  }

  /**
   * For tests too.
   *
   * @param paces nanoseconds, by which writes are held back
   */
  ConfigMapStore(KubeApi api, ClusterSettings settings, InstantSource clock, LongSupplier paces) {
    this.clock = clock;
    scope = settings.namespace() + '/' + settings.release();
    for (ShardKind kind : ShardKind.values()) {
      WriteBudget budget = kind.budget(paces);
      shards.put(
          kind,
          IntStream.range(0, ShardKind.SHARDS)
              .mapToObj(i -> new ConfigMapShard(api, settings, kind, i, budget, clock))
              .toList());
    }
  }

  /** What another release wrote, with a key that somebody gave to both, says nothing here. */
  @Override
  public String scope() {
    return scope;
  }

  @Override
  public Answer read(String name, Duration patience) {
    if (isUnfit(name)) {
      return new Answer.Missing();
    }
    if (closed) {
      return new Answer.Unavailable("the process ends");
    }
    return switch (shard(name).read(patience)) {
      case Fetched.Content(ShardContent content) ->
          content
              .find(name, clock.instant())
              .<Answer>map(Answer.Found::new)
              .orElseGet(Answer.Missing::new);
      case Fetched.Failed(String why) -> new Answer.Unavailable(why);
    };
  }

  @Override
  public Change swap(
      String name, Optional<String> expected, String value, Instant until, Duration patience) {
    return change(new ShardEdits.Edit.Swap(name, expected, value, until), patience);
  }

  @Override
  public Change remove(String name, Duration patience) {
    return change(new ShardEdits.Edit.Remove(name), patience);
  }

  private Change change(ShardEdits.Edit edit, Duration patience) {
    if (isUnfit(edit.name())) {
      return new Change.Refused("no name: at most " + MAX_NAME + " visible characters");
    }
    if (closed) {
      return new Change.Unavailable("the process ends");
    }
    return shard(edit.name()).change(edit, patience);
  }

  @Override
  public List<String> names(String prefix, Duration patience) {
    List<ConfigMapShard> asked = new ArrayList<>();
    boolean onlyFacts = prefix.startsWith(ShardKind.FACTS_PREFIX);
    if (onlyFacts || ShardKind.FACTS_PREFIX.startsWith(prefix)) {
      asked.addAll(shards(ShardKind.FACTS));
    }
    if (!onlyFacts) {
      asked.addAll(shards(ShardKind.MARKS));
    }
    Instant now = clock.instant();
    List<Callable<List<String>>> reads = new ArrayList<>();
    for (ConfigMapShard shard : asked) {
      reads.add(() ->
          shard.read(patience) instanceof Fetched.Content(ShardContent content)
              ? content.names(prefix, now)
              : List.of());
    }
    List<String> names = new ArrayList<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var read : closed ? List.<Future<List<String>>>of() : each.invokeAll(reads)) {
        names.addAll(read.get());
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException failed) {
      throw new IllegalStateException("reading gives a value", failed);
    }
    return names.stream().sorted().toList();
  }

  /** What no name is: it could break out of the line that it is written in. */
  private static boolean isUnfit(String name) {
    return name.isEmpty()
        || name.length() > MAX_NAME
        || name.chars().anyMatch(c -> c <= ' ' || c > '~');
  }

  private ConfigMapShard shard(String name) {
    int number = Integer.parseInt(StoredText.key(name).substring(0, 2), 16) % ShardKind.SHARDS;
    return shards(ShardKind.of(name)).get(number);
  }

  private List<ConfigMapShard> shards(ShardKind kind) {
    return Optional.ofNullable(shards.get(kind)).orElseThrow();
  }

  /** Answers nothing from now on. The connections to the API server are not its own. */
  @Override
  public void close() {
    closed = true;
  }
}
