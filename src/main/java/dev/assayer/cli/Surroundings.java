package dev.assayer.cli;

import dev.assayer.admission.ClusterView;
import dev.assayer.admission.Environment;
import dev.assayer.cluster.Cluster;
import dev.assayer.cluster.ClusterObserver;
import dev.assayer.cluster.ClusterSettings;
import java.time.InstantSource;
import java.util.List;

/**
 * Where a command line decides: here and now, remembering nothing from before. In a cluster, or
 * with ASSAYER_RELEASE and KUBECONFIG, Secrets that validators name are read there.
 */
final class Surroundings {
  static final String REPLICA = "cli";

  private Surroundings() {}

  /** Without a cluster, whatever the environment says: nothing is read from anywhere. */
  static Environment alone() {
    return new Environment(InstantSource.system(), RootCommand.version(), REPLICA, 1);
  }

  static Environment here(Session session) {
    Environment here = alone();
    return ClusterSettings.of(session.environment())
            instanceof ClusterSettings.Found.Inside(ClusterSettings settings)
        ? here.in(
            ClusterView.of(
                Cluster.open(
                    settings, ClusterObserver.none(), InstantSource.system(), REPLICA, List::of)))
        : here;
  }
}
