package dev.assayer.server;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.ReviewAnswer;
import dev.assayer.decision.Refusal;
import dev.assayer.server.Observer.Observation;
import dev.assayer.telemetry.LogScope;
import dev.assayer.time.Deadline;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Answers requests to {@code /mutate} and {@code /validate}: each that is whole gets an answer. */
final class WebhookHandler {
  /** The largest body; the API server sends at most 3 MiB. */
  static final int MAX_BODY = 4 << 20;

  private static final Map<String, String> ENDPOINTS =
      Map.of("/mutate", "mutate", "/validate", "validate");
  private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");
  private static final HeaderName TRACESTATE = HeaderNames.create("tracestate");
  private static final HeaderName SELF_TEST = HeaderNames.create(SelfTestHook.HEADER);
  private static final long WAIT_TO_DENY_MILLIS = 1000;
  private static final ReviewAnswer UNDECIDABLE =
      new ReviewAnswer.Refused(Refusal.BAD_REVIEW, "the request could not be decided, see the log");
  private static final System.Logger LOGGER = System.getLogger(WebhookHandler.class.getName());

  private final Duration configured;
  private final GuardLimits limits;
  private final ReviewService reviews;
  private final Optional<SelfTestHook> selfTest;
  private final Observer observer;
  private final Intake intake;
  private final Runnable onPressure;
  private final Semaphore denials;

  /**
   * @param configured the longest time for a review
   * @param selfTest decides of requests with its token
   * @param intake places and bytes for reviews
   * @param onPressure called when there is no room, to get some back
   * @param denials how many requests without a place are read at once
   */
  WebhookHandler(
      Duration configured,
      GuardLimits limits,
      ReviewService reviews,
      Optional<SelfTestHook> selfTest,
      Observer observer,
      Intake intake,
      Runnable onPressure,
      int denials) {
    this.configured = configured;
    this.limits = limits;
    this.reviews = reviews;
    this.selfTest = selfTest;
    this.observer = observer;
    this.intake = intake;
    this.onPressure = onPressure;
    this.denials = new Semaphore(denials);
  }

  /** A request whose body is read and answered. */
  private record Call(
      Connection connection,
      InputStream body,
      int length,
      Deadline deadline,
      String endpoint,
      String caller,
      ReviewService reviews,
      Observation seen,
      boolean counted) {}

  /**
   * The answer to a request.
   *
   * @throws CloseConnectionException when the request does not arrive as a whole
   */
  Reply reply(ServerRequest request, Connection connection) {
    RequestHead head = new RequestHead(request);
    if (head.hasNamelessField()) {
      return badFraming(connection, 400, "a header field has no name");
    }
    if (head.isTransferEncoded()) {
      return badFraming(
          connection, 411, "send the body with Content-Length, not Transfer-Encoding");
    }
    Optional<String> endpoint = head.path().flatMap(p -> Optional.ofNullable(ENDPOINTS.get(p)));
    if (endpoint.isEmpty()) {
      return Reply.problem(404, "not_found", "only /mutate and /validate are here").ending();
    }
    if (!head.method().equals("POST")) {
      return Reply.problem(405, "method_not_allowed", "use POST").allowing("POST").ending();
    }
    Optional<Long> length = head.length();
    if (length.isEmpty()) {
      return badFraming(connection, 411, "send the body with Content-Length");
    }
    Optional<ReviewService> probe =
        selfTest
            .filter(hook -> head.first(SELF_TEST).filter(hook::isToken).isPresent())
            .map(SelfTestHook::reviews);
    Observation seen =
        probe.isPresent()
            ? Unobserved.REQUEST
            : observer.begin(endpoint.get(), head.first(TRACEPARENT), head.first(TRACESTATE));
    Optional<String> notJson = head.notJson();
    if (notJson.isPresent()) {
      return refuse(seen, Refusal.BAD_CONTENT_TYPE, notJson.get()).ending();
    }
    if (length.get() > MAX_BODY) {
      String detail = "the body has " + length.get() + " bytes, over the limit of " + MAX_BODY;
      return refuse(seen, Refusal.BODY_TOO_LARGE, detail).ending();
    }
    Duration budget = Assayer.budget(configured, head.granted());
    Call call =
        new Call(
            connection,
            new ArrivingStream(request.content().inputStream()),
            Math.toIntExact(length.get()),
            Deadline.since(connection.sinceNanos(), budget),
            endpoint.get(),
            head.caller(),
            probe.orElse(reviews),
            seen,
            probe.isEmpty());
    return LogScope.during(seen.trace(), () -> review(call));
  }

  private Reply review(Call call) {
    try (Intake.Share share = intake.share()) {
      return switch (RequestBody.read(call.body, call.length, share)) {
        case RequestBody.Whole(byte[] body) -> whole(call, body);
        case RequestBody.NoRoom(InputStream body) -> deny(call, body, intake.noRoom(call.length));
      };
    } catch (IOException incomplete) {
      throw lost(call);
    }
  }

  private Reply whole(Call call, byte[] body) throws IOException {
    complete(call);
    Duration before = call.deadline.elapsed();
    // The other half is for the review itself.
    Optional<Intake.Place> place = intake.enter(call.deadline.remaining().dividedBy(2));
    if (place.isEmpty()) {
      String detail = intake.noPlace(call.deadline.elapsed().minus(before));
      return deny(call, new ByteArrayInputStream(body), detail);
    }
    try (Intake.Place _ = place.get()) {
      call.seen.received();
      ReviewAnswer answer;
      try {
        answer =
            call.reviews.review(body, call.deadline, call.endpoint, call.caller, call.seen.trace());
      } catch (RuntimeException | Error failure) {
        answer = afterFailure(call, body, failure);
      }
      return settle(call, answer);
    }
  }

  /** A request without a place: denied in the form of a review, without holding its body. */
  private Reply deny(Call call, InputStream body, String detail) throws IOException {
    onPressure.run();
    if (!mayDeny()) {
      complete(call);
      return refuse(call.seen, Refusal.CONNECTION_LIMIT, detail).ending();
    }
    ReviewAnswer answer;
    try {
      answer = overload(call, body, detail);
      body.transferTo(OutputStream.nullOutputStream());
    } finally {
      denials.release();
    }
    complete(call);
    call.seen.received();
    return settle(call, answer);
  }

  private boolean mayDeny() {
    try {
      return denials.tryAcquire(WAIT_TO_DENY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private ReviewAnswer overload(Call call, InputStream body, String detail) throws IOException {
    try {
      return call.reviews.overload(
          body, call.length, call.deadline, call.endpoint, call.caller, call.seen.trace(), detail);
    } catch (RuntimeException | Error failure) {
      report(failure);
      return UNDECIDABLE;
    }
  }

  /** A failure of ours still gets a denial that the API server understands. */
  private ReviewAnswer afterFailure(Call call, byte[] body, Throwable failure) {
    report(failure);
    try {
      return overload(
          call,
          new ByteArrayInputStream(body),
          "the review failed with " + failure.getClass().getSimpleName());
    } catch (IOException unreadable) {
      return UNDECIDABLE;
    }
  }

  private static Reply settle(Call call, ReviewAnswer answer) {
    return switch (answer) {
      case ReviewAnswer.Answered(var decision, byte[] response) -> {
        call.seen.decided(decision, call.deadline.elapsed());
        yield Reply.decision(response);
      }
      case ReviewAnswer.Refused(Refusal why, String detail) -> {
        call.seen.refused(why);
        yield Reply.refusal(why, detail);
      }
    };
  }

  private static Reply refuse(Observation seen, Refusal why, String detail) {
    seen.received();
    seen.refused(why);
    return Reply.refusal(why, detail);
  }

  /** The request is whole: from now on the client waits for us. */
  private void complete(Call call) throws IOException {
    long due =
        call.connection.sinceNanos() + call.deadline.budget().toNanos() + limits.send().toNanos();
    if (!call.connection.answer(System.nanoTime(), due)) {
      throw new IOException("cut");
    }
  }

  /** The client went away, or was too slow and cut, which is counted already. */
  private CloseConnectionException lost(Call call) {
    boolean cut = call.connection.phase() == Connection.Phase.CUT;
    if (call.counted && call.connection.blame()) {
      observer.connectionEnded(cut ? Refusal.SLOW_CLIENT : Refusal.BAD_FRAMING);
    }
    call.seen.lost(cut ? Refusal.SLOW_CLIENT : Refusal.BAD_FRAMING);
    return new CloseConnectionException("incomplete request");
  }

  private Reply badFraming(Connection connection, int status, String detail) {
    if (connection.blame()) {
      observer.connectionEnded(Refusal.BAD_FRAMING);
    }
    return Reply.problem(status, Refusal.BAD_FRAMING.code(), detail).ending();
  }

  /** The message of a failure may quote the request; its class and place do not. */
  private static void report(Throwable failure) {
    LOGGER.log(
        System.Logger.Level.ERROR,
        "a review failed with {0} at {1}",
        failure.getClass().getName(),
        List.of(failure.getStackTrace()).stream().findFirst().map(String::valueOf).orElse("-"));
  }
}
