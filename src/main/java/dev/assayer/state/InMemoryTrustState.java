package dev.assayer.state;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Trust state of this process alone; lost at restart, which records then tell by first use. */
public final class InMemoryTrustState implements TrustState {
  private final ConcurrentHashMap<String, RepositoryMemory> memories = new ConcurrentHashMap<>();

  @Override
  public RepositoryMemory recall(String repository) {
    return memories.getOrDefault(repository, RepositoryMemory.NONE);
  }

  @Override
  public boolean replace(String repository, RepositoryMemory expected, RepositoryMemory next) {
    return expected.equals(RepositoryMemory.NONE)
        ? memories.putIfAbsent(repository, next) == null
        : memories.replace(repository, expected, next);
  }

  @Override
  public List<String> repositories() {
    return memories.keySet().stream().sorted().toList();
  }
}
