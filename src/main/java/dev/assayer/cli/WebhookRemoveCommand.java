package dev.assayer.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code assayer webhook remove}. */
@Command(
    name = "remove",
    header = "Remove the webhook objects: nothing is verified from then on.",
    description = {
      "Removes the ValidatingWebhookConfiguration and the MutatingWebhookConfiguration of a release,"
          + " then the mark that a replica has seen them. What is not there is fine, so it also"
          + " cleans up after an install that broke off.",
      "It needs the rights of the chart's hooks, in a pod through its service account, elsewhere"
          + " through KUBECONFIG."
    },
    exitCodeList = {
      "0:none of them is there any more",
      "2:the command line is wrong",
      "3:the API server refused or did not answer; the message names verb and object"
    },
    footer = {"", "Examples:", "  assayer webhook remove --release assayer --namespace assayer"})
final class WebhookRemoveCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Mixin private InstallerArguments installer = new InstallerArguments();

  WebhookRemoveCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    return installer.run(session, options.json(), (work, _) -> work.remove());
  }
}
