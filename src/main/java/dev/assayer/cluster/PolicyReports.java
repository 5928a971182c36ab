package dev.assayer.cluster;

import dev.assayer.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps one PolicyReport in each namespace with running images, named as the release, and removes
 * those of namespaces that have none any more. Each kind of trouble is told once until it is over.
 */
public final class PolicyReports {
  private static final System.Logger LOGGER = System.getLogger(PolicyReports.class.getName());
  private static final String LABEL = "assayer.dev/release";
  private static final String MANAGER = "assayer-running-images";
  private static final int PART = 50;

  private final KubeApi api;
  private final ClusterSettings settings;
  private String told = "";

  PolicyReports(KubeApi api, ClusterSettings settings) {
    this.api = api;
    this.settings = settings;
  }

  /** Makes the reports so, and no others. One caller at a time. */
  public void publish(List<PolicyReport> reports) {
    Set<String> there = new HashSet<>();
    Optional<String> unread = existing(there);
    if (unread.isPresent()) {
      tell(unread.get());
      return;
    }
    List<String> troubles = new ArrayList<>();
    String name = settings.release();
    for (PolicyReport report : reports) {
      JsonObject object = report.object(name, LABEL, settings.release());
      Optional<String> in = Optional.of(report.namespace());
      note(api.apply(Resource.POLICY_REPORT, in, name, object, MANAGER), troubles);
      there.remove(report.namespace());
    }
    for (String namespace : there) {
      KubeAnswer answer = api.delete(Resource.POLICY_REPORT, Optional.of(namespace), name);
      if (!(answer instanceof KubeAnswer.Absent)) {
        note(answer, troubles);
      }
    }
    tell(
        troubles.isEmpty()
            ? ""
            : troubles.size() + " PolicyReports were not written: " + troubles.getFirst());
  }

  private static void note(KubeAnswer answer, List<String> troubles) {
    if (!(answer instanceof KubeAnswer.Found)) {
      troubles.add(answer.detail());
    }
  }

  /** Where there are reports of this release; or why that is not known. */
  private Optional<String> existing(Set<String> namespaces) {
    String from = "";
    do {
      KubeAnswer answer =
          api.page(
              Resource.POLICY_REPORT,
              Optional.empty(),
              LABEL + "=" + settings.release(),
              PART,
              from);
      if (answer instanceof KubeAnswer.Absent) {
        return Optional.of(
            "PolicyReports are not kept: the cluster does not know "
                + Resource.POLICY_REPORT.apiVersion()
                + "; install its CRD, or set reverification.policyReports: false");
      }
      if (!(answer instanceof KubeAnswer.Found(JsonObject list))) {
        return Optional.of("PolicyReports are not kept: " + answer.detail());
      }
      for (JsonObject report : Text.objects(list, "items")) {
        if (Text.text(report, "metadata", "name").equals(settings.release())) {
          namespaces.add(Text.text(report, "metadata", "namespace"));
        }
      }
      from = Text.text(list, "metadata", "continue");
    } while (!from.isEmpty());
    return Optional.empty();
  }

  private void tell(String trouble) {
    if (!trouble.equals(told)) {
      LOGGER.log(
          trouble.isEmpty() ? Level.INFO : Level.WARNING,
          "{0}",
          trouble.isEmpty() ? "PolicyReports are written again" : trouble);
    }
    told = trouble;
  }
}
