package dev.assayer.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The real kube-controller-manager for a {@link ControlPlane}: a Deployment gets its ReplicaSet and
 * pods, a namespace ends, what has lost its owner goes. Pods stay pending, since no node runs.
 */
public final class Controllers implements AutoCloseable {
  private static final String PROGRAM = "kube-controller-manager";
  private static final String WANTED =
      "deployment-controller,replicaset-controller,replicationcontroller-controller,"
          + "statefulset-controller,job-controller,cronjob-controller,namespace-controller,"
          + "garbage-collector-controller,disruption-controller,serviceaccount-controller";

  private final Process process;

  private Controllers(Process process) {
    this.process = process;
  }

  /** Whether the program is there. */
  public static boolean available() {
    return ControlPlane.program(PROGRAM).filter(Files::isExecutable).isPresent();
  }

  /**
   * Starts it; it begins to work some seconds later.
   *
   * @param directory for its log
   */
  public static Controllers start(ControlPlane plane, Path directory) {
    return start(plane, directory, WANTED);
  }

  /**
   * Starts it with other controllers.
   *
   * @param controllers their names, with commas
   */
  public static Controllers start(ControlPlane plane, Path directory, String controllers) {
    List<String> flags =
        List.of(
            "--kubeconfig=" + plane.kubeconfig(plane.adminToken()),
            "--leader-elect=false",
            "--secure-port=0",
            "--kube-api-qps=200",
            "--kube-api-burst=400",
            "--controllers=" + controllers);
    return new Controllers(ControlPlane.daemon(directory, PROGRAM, flags));
  }

  @Override
  public void close() {
    Programs.stop(process);
  }
}
