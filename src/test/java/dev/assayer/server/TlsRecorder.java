package dev.assayer.server;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the listener's TLS told. */
final class TlsRecorder implements TlsEvents {
  final Map<String, Instant> certificates = new ConcurrentHashMap<>();
  final List<String> reloads = new CopyOnWriteArrayList<>();
  final List<String> refusedClients = new CopyOnWriteArrayList<>();
  volatile boolean holds;

  @Override
  public void certificate(String use, Instant notAfter) {
    certificates.put(use, notAfter);
  }

  @Override
  public void reloaded(String result) {
    reloads.add(result);
  }

  @Override
  public void clientRefused(String reason) {
    refusedClients.add(reason);
  }

  @Override
  public void condition(boolean now) {
    holds = now;
  }
}
