package dev.assayer.server;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.cluster.RunningPod;
import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.image.Digest;
import dev.assayer.state.SharedFacts;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Running pods, and validators that say of each image what a test wants. */
final class RunningRig {
  static final String GOOD = "sha256:" + "5a".repeat(32);
  static final String OTHER = "sha256:" + "77".repeat(32);

  final List<RunningPod> pods = new ArrayList<>();
  final Map<String, ValidationResult> answers = new HashMap<>();
  final List<String> asked = new CopyOnWriteArrayList<>();
  final AtomicInteger atOnce = new AtomicInteger();
  final AtomicInteger mostAtOnce = new AtomicInteger();
  volatile Runnable whileAsked = () -> {};
  final Assayer assayer;

  RunningRig(String yaml) {
    Config config = config(yaml);
    assayer =
        new Assayer(
            config,
            new Environment(InstantSource.system(), "0.1.0", "assayer-0", 1),
            Map.of("default", new Answering("default"), "other", new Answering("other")));
  }

  static Config config(String yaml) {
    String validators =
        """
        apiVersion: assayer.dev/v1
        validators:
          - {name: default, type: static, approve: true}
          - {name: other, type: static, approve: true}
        """;
    LoadResult result = new ConfigLoader().load(validators + yaml, Path.of("/nowhere"), "test");
    if (result instanceof LoadResult.Loaded(Config config, var _)) {
      return config;
    }
    throw new IllegalArgumentException(result.toString());
  }

  SharedFacts facts() {
    return assayer.facts();
  }

  static ValidationResult trusted(String digest) {
    return new ValidationResult.Trusted(
        Digest.parse(digest).orElseThrow(),
        List.of(),
        new TrustFacts(List.of(), List.of(), "fresh", Optional.empty(), false),
        List.of());
  }

  static ValidationResult refused(Reason reason) {
    return new ValidationResult.Refused(reason, "for the test");
  }

  /** A pod of its own with one container of containerd. */
  void run(String namespace, String name, String image, String imageId) {
    run(namespace, name, Optional.empty(), image, imageId);
  }

  void run(
      String namespace,
      String name,
      Optional<RunningPod.Controller> owner,
      String image,
      String imageId) {
    pods.add(
        new RunningPod(
            namespace,
            name,
            "uid-" + name,
            owner,
            false,
            List.of(new RunningPod.Image("app", image, imageId, "containerd", false))));
  }

  RunningCheck check() {
    return new RunningCheck(
        assayer, new KnownOwners(facts(), assayer.config()), _ -> true, () -> true);
  }

  RunningCheck.Source source() {
    return each -> {
      pods.forEach(each);
      return Optional.empty();
    };
  }

  private final class Answering implements Validator {
    private final String name;

    Answering(String name) {
      this.name = name;
    }

    @Override
    public ValidatorRef ref() {
      return new ValidatorRef(name, "static", name + ".example");
    }

    @Override
    public ValidationResult validate(
        ValidationRequest request, StageLog stages, Deadline deadline) {
      mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      asked.add(request.image().text());
      whileAsked.run();
      atOnce.decrementAndGet();
      return answers.getOrDefault(request.image().matchName(), refused(Reason.TAG_NOT_SIGNED));
    }
  }
}
