package dev.assayer.cluster;

import java.nio.file.Path;

/** How the API server is reached and who asks. */
public sealed interface Access {

  /**
   * From inside a pod.
   *
   * @param server {@code https://host:port}
   * @param directory where token and ca.crt of the service account are mounted
   */
  record ServiceAccount(String server, Path directory) implements Access {
    Path token() {
      return directory.resolve("token");
    }

    Path authority() {
      return directory.resolve("ca.crt");
    }
  }

  /**
   * From anywhere else.
   *
   * @param file a kubeconfig; its current context counts
   */
  record Kubeconfig(Path file) implements Access {}
}
