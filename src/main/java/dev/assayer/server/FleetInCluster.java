package dev.assayer.server;

import dev.assayer.cluster.Cluster;
import dev.assayer.cluster.NamespaceSource;
import dev.assayer.cluster.PolicyReport;
import java.util.List;

/** The cluster around this process, for the verification of what runs in it. */
record FleetInCluster(Cluster cluster) implements Reverification.Fleet {
  @Override
  public void stand() {
    cluster.leadership().start();
  }

  @Override
  public void withdraw() {
    cluster.leadership().stop();
  }

  @Override
  public boolean leads() {
    return cluster.leadership().leads();
  }

  @Override
  public RunningCheck.Source pods() {
    return cluster.pods()::read;
  }

  @Override
  public NamespaceSource namespaces() {
    return cluster.namespaces();
  }

  @Override
  public String home() {
    return cluster.settings().namespace();
  }

  @Override
  public void publish(List<PolicyReport> reports) {
    cluster.reports().publish(reports);
  }
}
