package dev.assayer.server;

import dev.assayer.admission.Assayer;
import dev.assayer.cluster.RunningPod;
import dev.assayer.config.Config;
import dev.assayer.config.Resolution;
import dev.assayer.config.RuleConfig;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult.Valid;
import dev.assayer.policy.Selection;
import dev.assayer.time.Deadline;
import dev.assayer.validation.Validator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One look at all running images. Each reference is verified once for each rule that applies to it,
 * however many pods run it; few at a time and with pauses, so that admissions have the upstreams
 * almost to themselves. An upstream that fails a few times in a row is asked no more in this look.
 */
final class RunningCheck {
  /** Verifications under way at most, of the 64 places that an upstream has. */
  static final int AT_A_TIME = 2;

  /** So many failures in a row, and an upstream is left alone. */
  static final int PATIENCE = 3;

  /** Kept in memory at most: some 30 MiB. */
  static final int MOST_IMAGES = 50_000;

  /** Of the validators that ask nobody. */
  private static final String NOBODY = "-";

  /** What says something of the upstream, and not of the repository. */
  private static final Set<Reason> OUTAGES =
      Set.of(
          Reason.UPSTREAM_UNREACHABLE,
          Reason.UPSTREAM_ERROR,
          Reason.RATE_LIMITED,
          Reason.TLS_FAILED,
          Reason.OVERLOAD);

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

  /** Reads every running pod; gives back why it could not, if so. */
  interface Source extends Function<Consumer<RunningPod>, Optional<String>> {}

  /**
   * What was found.
   *
   * @param images all of them, with the pods that run them
   * @param findings of each
   * @param beyond images that were left out, for want of memory
   * @param suspended whether an upstream was left alone
   */
  record Found(
      Map<RunningImage, Pods> images,
      Map<RunningImage, RunningFinding> findings,
      long beyond,
      boolean suspended) {
    /** Which pods run it. */
    Pods pods(RunningImage image) {
      return images.getOrDefault(image, new Pods("", 0));
    }
  }

  /** How many pods run an image, and one of them. */
  record Pods(String uid, int count) {
    private Pods more() {
      return new Pods(uid, count + 1);
    }
  }

  /** What came of a look. */
  sealed interface Result {
    record Complete(Found found) implements Result {}

    /** The pods could not be read. */
    record Failed(String why) implements Result {}

    /** It is no longer wanted. */
    record Abandoned() implements Result {}
  }

  /** What is verified once. */
  private record Question(String reference, int rule) {}

  private final Assayer assayer;
  private final KnownOwners owners;
  private final Predicate<String> covered;
  private final BooleanSupplier wanted;
  private final Map<RunningImage, Pods> images = new LinkedHashMap<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private long beyond;
  private volatile boolean suspended;

  /**
   * A look under this configuration.
   *
   * @param covered namespaces that the webhook decides of
   * @param wanted whether to go on
   */
  RunningCheck(
      Assayer assayer, KnownOwners owners, Predicate<String> covered, BooleanSupplier wanted) {
    this.assayer = assayer;
    this.owners = owners;
    this.covered = covered;
    this.wanted = wanted;
  }

  /**
   * Looks; takes up to half of the interval.
   *
   * @throws InterruptedException if this thread is to end
   */
  Result run(Source pods, Duration interval) throws InterruptedException {
    Map<String, Boolean> namespaces = new HashMap<>();
    Optional<String> unread =
        pods.apply(pod -> {
          if (namespaces.computeIfAbsent(pod.namespace(), covered::test)) {
            pod.images().forEach(image -> add(RunningImage.of(pod, image), pod.uid()));
          }
        });
    if (unread.isPresent()) {
      return new Result.Failed(unread.get());
    }
    Map<Question, List<RunningImage>> questions = new LinkedHashMap<>();
    images
        .keySet()
        .forEach(
            image -> questions.computeIfAbsent(question(image), _ -> new ArrayList<>()).add(image));
    Map<RunningImage, RunningFinding> findings = new ConcurrentHashMap<>();
    if (!answer(questions, interval, findings)) {
      return new Result.Abandoned();
    }
    return new Result.Complete(new Found(images, findings, beyond, suspended));
  }

  private void add(RunningImage image, String pod) {
    Pods before = images.get(image);
    if (before != null) {
      images.put(image, before.more());
    } else if (images.size() < MOST_IMAGES) {
      images.put(image, new Pods(pod, 1));
    } else {
      beyond++;
    }
  }

  private Question question(RunningImage image) {
    return new Question(image.image().reference(), rule(image).map(Selection::index).orElse(-1));
  }

  private Optional<Selection<RuleConfig>> rule(RunningImage image) {
    return ImageReference.parse(image.image().reference()) instanceof Valid(ImageReference name)
        ? assayer.policy().select(name, Optional.of(image.namespace()))
        : Optional.empty();
  }

  /** Whether all were answered. */
  private boolean answer(
      Map<Question, List<RunningImage>> questions,
      Duration interval,
      Map<RunningImage, RunningFinding> findings)
      throws InterruptedException {
    Duration pause = pause(interval, questions.size());
    Semaphore places = new Semaphore(AT_A_TIME);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (List<RunningImage> asking : questions.values()) {
        places.acquire();
        if (!wanted.getAsBoolean()) {
          return false;
        }
        Set<String> upstreams = upstreams(asking.getFirst());
        if (upstreams.stream().anyMatch(this::isSuspended)) {
          places.release();
          asking.forEach(image -> findings.put(image, unasked(upstreams)));
          continue;
        }
        threads.execute(() -> {
          try {
            verify(asking, upstreams, findings);
          } finally {
            places.release();
          }
        });
        if (!upstreams.isEmpty()) {
          Thread.sleep(pause);
        }
      }
      places.acquire(AT_A_TIME);
    }
    return wanted.getAsBoolean();
  }

  /** Between the starts of two verifications: half of the interval is enough for all of them. */
  static Duration pause(Duration interval, int questions) {
    Duration even = interval.dividedBy(2).dividedBy(Math.max(1, questions));
    return even.compareTo(LONGEST_PAUSE) < 0 ? even : LONGEST_PAUSE;
  }

  private void verify(
      List<RunningImage> asking,
      Set<String> upstreams,
      Map<RunningImage, RunningFinding> findings) {
    RunningImage first = asking.getFirst();
    Config config = assayer.config();
    ImageDecision decision =
        assayer.reverify(
            first.image().reference(),
            first.namespace(),
            Deadline.after(config.webhook().budget()));
    note(decision, upstreams);
    for (RunningImage image : asking) {
      Pods pods = images.getOrDefault(image, new Pods("", 0));
      findings.put(
          image,
          RunningJudge.judge(
              image,
              decision,
              config.revoked().digests(),
              () -> owners.know(image, pods.uid(), decision)));
    }
  }

  /** Hosts that will be asked about it. */
  private Set<String> upstreams(RunningImage image) {
    Set<String> hosts = new LinkedHashSet<>();
    if (rule(image).map(Selection::rule).map(RuleConfig::resolution).orElse(null)
        instanceof Resolution.Resolved resolved) {
      for (Resolution.ResolvedValidator each : resolved.validators()) {
        Validator validator = assayer.validators().get(each.validator());
        if (validator != null && !validator.ref().upstream().equals(NOBODY)) {
          hosts.add(validator.ref().upstream());
        }
      }
    }
    return hosts;
  }

  private boolean isSuspended(String upstream) {
    return failures.getOrDefault(upstream, 0) >= PATIENCE;
  }

  private void note(ImageDecision decision, Set<String> upstreams) {
    boolean failed = decision.verdict() == Verdict.TIMEOUT || OUTAGES.contains(decision.reason());
    for (String upstream : upstreams) {
      int inRow = failures.merge(upstream, failed ? 1 : 0, (was, one) -> one == 0 ? 0 : was + one);
      suspended |= inRow >= PATIENCE;
    }
  }

  private static RunningFinding unasked(Set<String> upstreams) {
    return new RunningFinding(
        RunningFinding.State.UNVERIFIABLE,
        false,
        Reason.UPSTREAM_UNREACHABLE.code(),
        String.join(", ", upstreams) + " failed for other images and was not asked for this one",
        "");
  }
}
