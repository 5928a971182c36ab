package dev.assayer.watch;

import dev.assayer.watch.ThreatModel.Component;
import dev.assayer.watch.ThreatModel.Flow;
import dev.assayer.watch.ThreatModel.Threat;
import dev.assayer.watch.ThreatModel.Zone;
import java.util.List;
import java.util.stream.Collectors;

/** The threat model for readers: a diagram of the data flows, and a section for each component. */
final class ThreatPage {
  private ThreatPage() {}

  static String of(ThreatModel model) {
    StringBuilder page = new StringBuilder(introduction(model));
    page.append(diagram(model));
    for (Component component : model.components()) {
      if (!model.of(component).isEmpty()) {
        page.append("\n## ").append(component.name()).append('\n');
        model.of(component).forEach(threat -> page.append(section(threat)));
      }
    }
    return page.toString();
  }

  private static String introduction(ThreatModel model) {
    long mitigated = model.threats().stream().filter(Threat::isMitigated).count();
    long seed = model.threats().stream().filter(one -> one.origin().equals("seed")).count();
    return """
    # Threat model

    STRIDE, by component. Each threat names what stops it, the metrics that show it, the alerts that
    tell of it with their [runbooks](../docs/runbooks), and the tests that try it: rows of the hostile
    corpus, each a test of that name. Made from [threats.yaml](threats.yaml) and held to the code, the
    rules and the tests by the build; [assayer.otm.json](assayer.otm.json) is the same as an Open Threat
    Model.

    %d threats, %d of them from the model of the controller that Assayer follows, %d added; %d are
    mitigated and watched, %d wait for something that is not built yet.

    Not in reach of an admission webhook: static pods, images preloaded on a node, `exec` into a
    container, a kubelet's own API. Two delegations that share a key can be exchanged for one another by
    whoever holds a repository's snapshot and timestamp keys, at first sight of the repository.

    """
        .formatted(
            model.threats().size(),
            seed,
            model.threats().size() - seed,
            mitigated,
            model.threats().size() - mitigated);
  }

  private static String diagram(ThreatModel model) {
    StringBuilder out = new StringBuilder("```mermaid\nflowchart LR\n");
    for (Zone zone : model.zones()) {
      out.append("  subgraph ").append(zone.id()).append("[\"").append(zone.name()).append("\"]\n");
      model.components().stream()
          .filter(one -> one.zone().equals(zone.id()))
          .forEach(one -> out.append("    ").append(node(one)).append('\n'));
      out.append("  end\n");
    }
    for (Flow flow : model.flows()) {
      out.append("  %s -->|%s| %s\n".formatted(flow.from(), flow.name(), flow.to()));
    }
    return out.append("```\n").toString();
  }

  private static String node(Component component) {
    return switch (component.type()) {
      case "store" -> component.id() + "[(\"" + component.name() + "\")]";
      case "process" -> component.id() + "((\"" + component.name() + "\"))";
      default -> component.id() + "[\"" + component.name() + "\"]";
    };
  }

  private static String section(Threat threat) {
    StringBuilder out =
        new StringBuilder(
            "\n### %s: %s\n\n%s\n\n".formatted(threat.id(), threat.category(), threat.threat()));
    out.append("- **Countermeasure.** ").append(threat.countermeasure()).append('\n');
    if (!threat.planned().isEmpty()) {
      out.append("- **Not built yet.** ").append(threat.planned()).append('\n');
    }
    line(out, "Metrics", threat.metrics(), "`%s`");
    line(out, "Alerts", threat.alerts(), "[%1$s](../docs/runbooks/%1$s.md)");
    line(out, "Tests", threat.tests(), "%s");
    return out.toString();
  }

  private static void line(StringBuilder out, String what, List<String> names, String form) {
    if (!names.isEmpty()) {
      out.append("- **").append(what).append(".** ");
      out.append(names.stream().map(form::formatted).collect(Collectors.joining(", ")));
      out.append('\n');
    }
  }
}
