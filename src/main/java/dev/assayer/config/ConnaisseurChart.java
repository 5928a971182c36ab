package dev.assayer.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What Connaisseur's Helm values say about Kubernetes: a matter of our chart, not of our file. */
final class ConnaisseurChart {
  private static final String CHART = "set the value of the same purpose in Assayer's chart";
  private static final Map<String, String> DEPLOYMENT = new LinkedHashMap<>();
  private static final Map<String, String> OTHERS = new LinkedHashMap<>();

  static {
    DEPLOYMENT.put("replicasCount", "the number of replicas; deployment.replicas in the chart");
    DEPLOYMENT.put("image", "the image of the verifier; the chart's own");
    DEPLOYMENT.put("helmHookImage", "an image with a shell for Helm's hooks; none is needed");
    DEPLOYMENT.put("imagePullPolicy", "how the image is pulled");
    DEPLOYMENT.put("pullPolicy", "how the image is pulled");
    DEPLOYMENT.put("imagePullSecrets", "credentials for the verifier's own image");
    DEPLOYMENT.put(
        "failurePolicy",
        "what the API server does without an answer; the chart's is"
            + " Fail but for system namespaces");
    DEPLOYMENT.put(
        "reinvocationPolicy",
        "whether the webhook is called again; here /validate" + " checks the final object");
    DEPLOYMENT.put("resources", "requests and limits");
    DEPLOYMENT.put("nodeSelector", "where pods are placed");
    DEPLOYMENT.put("tolerations", "where pods are placed");
    DEPLOYMENT.put("affinity", "where pods are placed");
    DEPLOYMENT.put("annotations", "annotations of the objects");
    DEPLOYMENT.put("podLabels", "labels of the pods");
    DEPLOYMENT.put("securityContext", "the chart runs under Pod Security restricted by itself");
    DEPLOYMENT.put("podSecurityContext", "the chart runs under Pod Security restricted by itself");
    DEPLOYMENT.put("podSecurityPolicy", "removed from Kubernetes in 1.25");
    DEPLOYMENT.put("envs", "environment variables of the process");
    DEPLOYMENT.put("tls", "the webhook's certificate; webhook.tls in our file names its files");
    DEPLOYMENT.put("extraContainers", "further containers of the pods");
    DEPLOYMENT.put("extraVolumes", "further volumes of the pods");
    DEPLOYMENT.put("extraVolumeMounts", "further volumes of the pods");
    OTHERS.put("service", "the Service in front of the pods");
    OTHERS.put("serviceaccount", "the pods' account");
    OTHERS.put("webhook", "the webhook's registration: failure and reinvocation policy");
    OTHERS.put("redis", "the store behind the cache; shared state is state: in our file");
    OTHERS.put("additionalLabels", "labels of the objects");
    OTHERS.put("podDisruptionBudget", "how many replicas may be away");
    OTHERS.put("serviceMonitor", "how Prometheus finds the metrics");
    OTHERS.put("certificates", "the webhook's certificate; webhook.tls in our file");
  }

  private final ConversionLog log;

  ConnaisseurChart(ConversionLog log) {
    this.log = log;
  }

  /** Reads the top level of the values, where 1.x and 2.x have these keys. */
  void read(ConnaisseurSection root) {
    deployment(root);
    OTHERS.forEach((name, what) -> root.value(name).ifPresent(field -> elsewhere(field, what)));
    root.section("kubernetes")
        .ifPresent(section -> {
          deployment(section);
          OTHERS.forEach(
              (name, what) -> section.value(name).ifPresent(field -> elsewhere(field, what)));
          section.rest().forEach(field -> elsewhere(field, "how pods run"));
        });
  }

  private void deployment(ConnaisseurSection parent) {
    Optional<ConnaisseurSection> section = parent.section("deployment");
    section.ifPresent(deployment -> {
      DEPLOYMENT.forEach(
          (name, what) -> deployment.value(name).ifPresent(field -> elsewhere(field, what)));
      deployment.rest().forEach(field -> elsewhere(field, "how pods run"));
    });
  }

  private void elsewhere(Field field, String what) {
    log.elsewhere(field, what, CHART);
  }

  /** What of the process is set in its environment. */
  void logging(ConnaisseurSection section) {
    for (String name : List.of("logLevel", "debug")) {
      section
          .value(name)
          .ifPresent(field ->
              log.elsewhere(
                  field,
                  "how much is logged",
                  "set ASSAYER_LOG_LEVEL (error, warn, info, debug, trace) in the environment"));
    }
    section
        .value("logFormat")
        .ifPresent(field -> log.elsewhere(field, "the log is always JSON lines", "nothing to do"));
  }

  /** The keys of Helm values at the top level. */
  static Set<String> names() {
    return OTHERS.keySet();
  }
}
