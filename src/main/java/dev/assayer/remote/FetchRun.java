package dev.assayer.remote;

import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.time.Deadline;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** One fetch from its first request to its result: authentication, redirects, the one retry. */
final class FetchRun {
  private static final int MOST_REDIRECTS = 3;
  private static final int MOST_CHALLENGES = 3;
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(1);

  /** Time that a second attempt should have left, else it is not worth the wait. */
  private static final Duration FOR_A_RETRY = Duration.ofMillis(250);

  /** A result with what it says about the configured host. */
  record Outcome(FetchResult result, Health health) {}

  private final Transport transport;
  private final Origin origin;
  private final Authentication authentication;
  private final Consumer<Answer.Reply> observer;
  private final Fetch fetch;
  private final StageLog stages;
  private final Deadline deadline;
  private URI uri;
  private Credential credential;
  private int redirects;
  private int challenges;
  private boolean retried;

  FetchRun(
      Transport transport,
      Origin origin,
      Authentication authentication,
      Consumer<Answer.Reply> observer,
      Fetch fetch,
      StageLog stages,
      Deadline deadline) {
    this.transport = transport;
    this.origin = origin;
    this.authentication = authentication;
    this.observer = observer;
    this.fetch = fetch;
    this.stages = stages;
    this.deadline = deadline;
    this.uri = origin.uri(fetch.path());
    this.credential = authentication.initial(fetch);
  }

  Outcome run() {
    while (true) {
      Optional<String> header = Optional.empty();
      switch (credential) {
        case Credential.None _ -> {}
        case Credential.Token token -> header = Optional.of("Bearer " + token.token());
        case Credential.Basic basic -> header = Optional.of(basic.header());
        case Credential.Denied(Reason reason, String detail, Health health, boolean outage) -> {
          return new Outcome(new FetchResult.Failed(reason, detail, outage), health);
        }
      }
      Optional<Outcome> end =
          switch (get(header)) {
            case Answer.Lost(Reason reason, String detail, Health health, CallResult _) ->
                Optional.of(failed(reason, detail, health));
            case Answer.Reply reply -> judge(reply);
          };
      if (end.isPresent()) {
        return end.get();
      }
    }
  }

  private Answer get(Optional<String> authorization) {
    try (StageLog.Span span = stages.begin(fetch.stage(), origin.label())) {
      Answer answer =
          transport.get(
              origin, uri, true, authorization, fetch.action(), fetch.maxBytes(), deadline);
      switch (answer) {
        case Answer.Reply reply -> {
          span.note(reply.note());
          observer.accept(reply);
        }
        case Answer.Lost lost -> span.note(lost.reason().code());
      }
      return answer;
    }
  }

  /** The end, or nothing if another request is to be made. */
  private Optional<Outcome> judge(Answer.Reply reply) {
    int status = reply.status();
    return switch (status) {
      case 200 -> Optional.of(new Outcome(new FetchResult.Body(reply.body()), Health.UP));
      case 404, 410 -> Optional.of(new Outcome(new FetchResult.NotFound(), Health.UP));
      case 301, 302, 303, 307, 308 -> redirect(reply);
      case 401 -> authenticate(reply);
      case 403 ->
          fail(
              Reason.AUTH_FAILED,
              said(status) + "; check that this validator's auth may read this repository");
      case 429 -> rateLimited(reply);
      default -> status >= 500 ? serverError(status) : fail(Reason.UPSTREAM_ERROR, said(status));
    };
  }

  private Optional<Outcome> redirect(Answer.Reply reply) {
    Optional<URI> target =
        reply
            .headers()
            .firstValue("location")
            .flatMap(location -> Exchanges.resolve(uri, location));
    boolean same = target.flatMap(Origin::of).equals(Optional.of(origin));
    if (!same) {
      return fail(
          Reason.REDIRECT_BLOCKED,
          origin.label()
              + " redirected "
              + fetch.action()
              + " to "
              + target.map(Words::target).orElse("an address that cannot be read")
              + "; only this host is asked");
    }
    redirects++;
    if (redirects > MOST_REDIRECTS) {
      return fail(
          Reason.REDIRECT_BLOCKED,
          origin.label() + " redirected " + fetch.action() + " over " + MOST_REDIRECTS + " times");
    }
    uri = target.get();
    return Optional.empty();
  }

  private Optional<Outcome> authenticate(Answer.Reply reply) {
    challenges++;
    if (challenges > MOST_CHALLENGES) {
      return fail(Reason.AUTH_FAILED, said(reply.status()) + " again and again");
    }
    credential =
        authentication.next(
            fetch, credential, reply.headers().allValues("www-authenticate"), stages, deadline);
    return Optional.empty();
  }

  private Optional<Outcome> rateLimited(Answer.Reply reply) {
    Optional<String> after = reply.headers().firstValue("retry-after");
    Optional<Duration> wait = after.flatMap(FetchRun::shortSeconds);
    if (wait.isPresent() && retryAfter(wait.get())) {
      return Optional.empty();
    }
    return fail(
        Reason.RATE_LIMITED,
        said(429) + after.map(value -> ", Retry-After " + Words.safe(value)).orElse(""));
  }

  private Optional<Outcome> serverError(int status) {
    boolean second = retried;
    if (retryAfter(Duration.ofMillis(ThreadLocalRandom.current().nextLong(20, 100)))) {
      return Optional.empty();
    }
    String detail = said(status) + (second ? ", twice" : "");
    return Optional.of(
        new Outcome(new FetchResult.Failed(Reason.UPSTREAM_ERROR, detail, true), Health.DOWN));
  }

  /** Waits for the one retry if it still may be and fits in well; false if not. */
  private boolean retryAfter(Duration wait) {
    Duration needed = wait.multipliedBy(2).plus(FOR_A_RETRY);
    if (retried || deadline.remaining().compareTo(needed) < 0) {
      return false;
    }
    retried = true;
    try {
      Thread.sleep(wait);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Optional<Duration> shortSeconds(String retryAfter) {
    return switch (retryAfter.strip()) {
      case "0" -> Optional.of(Duration.ofMillis(20));
      case "1" -> Optional.of(LONGEST_RETRY_AFTER);
      default -> Optional.empty();
    };
  }

  private String said(int status) {
    return origin.label() + " answered " + fetch.action() + " with " + status;
  }

  private static Optional<Outcome> fail(Reason reason, String detail) {
    return Optional.of(failed(reason, detail, Health.UP));
  }

  private static Outcome failed(Reason reason, String detail, Health health) {
    // Whose time was too short to be fair says nothing about the host.
    boolean outage = reason.isSilence() && health == Health.DOWN;
    return new Outcome(new FetchResult.Failed(reason, detail, outage), health);
  }
}
