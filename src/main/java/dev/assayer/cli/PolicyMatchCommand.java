package dev.assayer.cli;

import dev.assayer.admission.MatchReport;
import dev.assayer.admission.Policy;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assayer policy match}. */
@Command(
    name = "match",
    header = "Show which rule wins for an image, and why.",
    description = {
      "Shows which rule of the policy wins for each image and why, step by step.",
      "Nothing is fetched, and the configuration needs no validator.",
      "",
      "The image is brought into normal form (nginx is docker.io/library/nginx:latest), then"
          + " compared with every pattern. Of the rules that match, the most specific wins: (1) more"
          + " components, (2) the longer prefix in common with the image, component by component,"
          + " (3) the longer component, (4) the earlier rule.",
      "",
      "With -o json, one object per line and image, in order:"
          + " {\"image\",\"rule\",\"index\",\"why\"}; rule is as configured, null where none"
          + " matches. An image that is no image has rule null and error {\"reason\",\"detail\"}."
    },
    exitCodeList = {
      "0:every image was matched against the policy, whether or not a rule won",
      "2:an image, the command line or the configuration is wrong"
    },
    footer = {
      "",
      "Examples:",
      "  assayer policy match nginx ghcr.io/acme/app:1.4 --config assayer.yaml",
      "  assayer policy match -n shop acme/app:1.4 --config assayer.yaml",
      "  kubectl get pods -A -o jsonpath='{..image}' | tr ' ' '\\n' | sort -u |",
      "    assayer policy match --images-from - -o json --config assayer.yaml"
    })
final class PolicyMatchCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Mixin private final ImageArguments images = new ImageArguments();

  @Option(
      names = {"-n", "--namespace"},
      converter = NamespaceConverter.class,
      paramLabel = "NAMESPACE",
      description =
          "Namespace of the pod. Default: none, so that rules with namespaces do not apply.")
  private Optional<String> namespace = Optional.empty();

  PolicyMatchCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    Policy policy = Policy.of(Configurations.load(options, session));
    AtomicBoolean invalid = new AtomicBoolean();
    images.forEach(
        session,
        image -> {
          switch (ImageReference.parse(image)) {
            case ReferenceResult.Valid(ImageReference reference) -> {
              MatchReport report =
                  MatchReport.of(image, reference, policy.explain(reference, namespace));
              session.line(options.json() ? report.json() : MatchText.of(report));
            }
            case ReferenceResult.Invalid bad -> {
              invalid.set(true);
              session.line(options.json() ? MatchReport.json(bad) : InvalidImage.text(bad));
            }
          }
        });
    return invalid.get() ? ExitCode.USAGE : ExitCode.FINE;
  }
}
