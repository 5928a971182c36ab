package dev.assayer.admission;

import dev.assayer.cluster.Cluster;
import dev.assayer.cluster.CredentialSource;
import dev.assayer.cluster.EmergencySource;
import dev.assayer.cluster.NamespaceSource;
import dev.assayer.cluster.OwnerSource;

/**
 * What decisions ask of the cluster around this process.
 *
 * @param secrets gives credentials out of Secrets
 * @param owners looks up the owners that objects claim
 * @param namespaces knows the labels of namespaces
 * @param emergencies knows the break-glass objects
 */
public record ClusterView(
    CredentialSource secrets,
    OwnerSource owners,
    NamespaceSource namespaces,
    EmergencySource emergencies) {

  /** All of it by one cluster. */
  public static ClusterView of(Cluster cluster) {
    return new ClusterView(
        cluster.secrets(), cluster.owners(), cluster.namespaces(), cluster.emergencies());
  }
}
