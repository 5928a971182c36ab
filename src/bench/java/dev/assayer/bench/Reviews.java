package dev.assayer.bench;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** AdmissionReviews as the API server sends them. */
final class Reviews {
  private Reviews() {}

  /**
   * Somebody creates a pod with one container.
   *
   * @param bytes the least length of the review, made up by an annotation
   */
  static byte[] pod(String image, int bytes) {
    String review =
        """
        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"%s",\
        "kind":{"group":"","version":"v1","kind":"Pod"},\
        "resource":{"group":"","version":"v1","resource":"pods"},\
        "name":"app","namespace":"shop","operation":"CREATE",\
        "userInfo":{"username":"system:serviceaccount:kube-system:replicaset-controller",\
        "groups":["system:serviceaccounts","system:authenticated"]},\
        "object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"app","namespace":"shop",\
        "annotations":{"note":"%s"}},"spec":{"containers":[{"name":"app","image":"%s",\
        "ports":[{"containerPort":8080,"protocol":"TCP"}]}]}},"dryRun":false}}\
        """;
    String uid = UUID.randomUUID().toString();
    int missing = Math.max(0, bytes - review.formatted(uid, "", image).length());
    return review.formatted(uid, "x".repeat(missing), image).getBytes(StandardCharsets.UTF_8);
  }
}
