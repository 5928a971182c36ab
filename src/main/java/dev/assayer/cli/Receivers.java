package dev.assayer.cli;

import dev.assayer.alerting.Templates;
import dev.assayer.config.AlertingConfig.Receiver;
import dev.assayer.config.Config;
import dev.assayer.config.Finding;
import dev.assayer.config.LoadResult;
import java.util.List;

/** Gives the commands about alerts the receiver that is meant, or ends them. */
final class Receivers {
  private Receivers() {}

  /** The configuration, whose templates can be filled in. */
  static Config configuration(GlobalOptions options, Session session) {
    Config config = Configurations.load(options, session);
    if (Templates.check(new LoadResult.Loaded(config, List.of()))
        instanceof LoadResult.Refused(List<Finding> errors)) {
      throw new Failure(ExitCode.USAGE, errors.stream().map(Finding::text).toList());
    }
    return config;
  }

  static Receiver named(String name, Config config) {
    return config
        .alerting()
        .receiver(name)
        .orElseThrow(() -> {
          List<String> names = config.alerting().receivers().stream().map(Receiver::name).toList();
          return Failure.usage(
              "there is no receiver \""
                  + name
                  + "\""
                  + (names.isEmpty()
                      ? "; the configuration has none, see alerting"
                      : "; there are " + String.join(", ", names)));
        });
  }
}
