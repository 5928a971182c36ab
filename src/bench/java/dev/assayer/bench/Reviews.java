package dev.assayer.bench;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** AdmissionReviews as the API server sends them. */
final class Reviews {
  private static final String HEAD =
      """
      {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"\
      """;
  private static final String MIDDLE =
      """
      ","kind":{"group":"","version":"v1","kind":"Pod"},\
      "resource":{"group":"","version":"v1","resource":"pods"},\
      "name":"app","namespace":"shop","operation":"CREATE",\
      "userInfo":{"username":"system:serviceaccount:kube-system:replicaset-controller",\
      "groups":["system:serviceaccounts","system:authenticated"]},\
      "object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"app","namespace":"shop",\
      "annotations":{"note":"\
      """;
  private static final String TAIL =
      """
      "}},"spec":{"containers":[{"name":"app","image":"\
      """;
  private static final String END =
      """
      ","ports":[{"containerPort":8080,"protocol":"TCP"}]}]}},"dryRun":false}}\
      """;

  private Reviews() {}

  /**
   * Somebody creates a pod with one container.
   *
   * @param bytes the least length of the review, made up by an annotation
   */
  static byte[] pod(String image, int bytes) {
    String uid = UUID.randomUUID().toString();
    int known = HEAD.length() + uid.length() + MIDDLE.length() + TAIL.length() + END.length();
    String note = "x".repeat(Math.max(0, bytes - known - image.length()));
    return (HEAD + uid + MIDDLE + note + TAIL + image + END).getBytes(StandardCharsets.UTF_8);
  }
}
