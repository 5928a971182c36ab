package dev.assayer.e2e;

import java.nio.file.Path;
import java.util.Optional;

/** A Kubernetes that runs pods, with Assayer's image on its node; wherever it comes from. */
interface NodeCluster extends AutoCloseable {
  /** The only context of {@link #kubeconfig()}. */
  String CONTEXT = "default";

  /** A file for {@code KUBECONFIG}, of an administrator. */
  Path kubeconfig();

  /** Assayer's image on the node, {@code name:tag}. */
  String image();

  /** The same image under a name of {@code registry.k8s.io}, which the default policy exempts. */
  String exemptImage();

  /** The address at which pods reach this process. */
  String hostAddress();

  /** Ends it. */
  @Override
  void close();

  /** Why {@link #start} would find none, with what to do; empty if it would. */
  static Optional<String> missing() {
    return DockerNode.missing();
  }

  /**
   * Starts one and waits until its node is ready.
   *
   * @param directory for files of it
   * @param upstream whose registry the node can pull from
   */
  static NodeCluster start(Path directory, Upstream upstream) {
    return DockerNode.start(directory, upstream);
  }
}
