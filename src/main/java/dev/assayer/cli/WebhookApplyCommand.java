package dev.assayer.cli;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assayer webhook apply}. */
@Command(
    name = "apply",
    header = "Create or patch the webhook objects.",
    description = {
      "Makes the MutatingWebhookConfiguration and the ValidatingWebhookConfiguration of a release"
          + " what the chart's ConfigMap RELEASE-webhooks says, by server-side apply. What is there"
          + " is patched, never deleted and made anew; a second run changes nothing. It does not"
          + " wait for anything to be ready, so it also brings back a webhook that was deleted.",
      "A caBundle that cert-manager injected is kept; otherwise it is the CA of --ca-file.",
      "It needs the rights of the chart's hooks, in a pod through its service account, elsewhere"
          + " through KUBECONFIG."
    },
    exitCodeList = {
      "0:both objects are as they should be",
      "2:the command line, the CA file or the ConfigMap is wrong",
      "3:the API server refused or did not answer; the message names verb and object"
    },
    footer = {"", "Examples:", "  assayer webhook apply --release assayer --namespace assayer"})
final class WebhookApplyCommand implements Callable<Integer> {
  private static final int MOST_CA = 1 << 20;

  private final Session session;
  private final GlobalOptions options;

  @Mixin private InstallerArguments installer = new InstallerArguments();

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description = {
        "PEM of the CA that issued the webhook's certificate, for the caBundle. Default: the file"
            + " that the variable ASSAYER_CA_FILE names."
      })
  private Optional<String> caFile = Optional.empty();

  WebhookApplyCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    return installer.run(
        session,
        options.json(),
        (work, settings) -> {
          Optional<String> authority =
              caFile
                  .or(() -> settings.authority().map(String::valueOf))
                  .map(file ->
                      new String(
                          Inputs.read("--ca-file", file, MOST_CA, session),
                          StandardCharsets.UTF_8));
          return work.apply(authority);
        });
  }
}
