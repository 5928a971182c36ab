package dev.assayer.admission;

import dev.assayer.admission.ReviewRequest.Operation;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Refusal;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code admission.k8s.io/v1} AdmissionReview requests, and nothing that resembles them.
 * Every field that a decision rests on must have its exact type.
 */
final class ReviewReader {
  static final String API_VERSION = "admission.k8s.io/v1";
  static final String KIND = "AdmissionReview";
  static final String OBJECT = "/request/object";
  private static final String OLD_OBJECT = "/request/oldObject";
  private static final int MAX_UID = 256;

  /** For the record: what an object says of itself is not checked yet when webhooks see it. */
  private static final int MAX_NAME = 1024;

  private static final Set<String> OBJECTS = Set.of("object", "oldObject", "options");

  private ReviewReader() {}

  /** What a body is. */
  sealed interface Result {
    record Understood(ReviewRequest request) implements Result {}

    record Refused(Refusal refusal, String detail) implements Result {}
  }

  static Result read(byte[] body, String endpoint, String caller) {
    if (body.length > JsonLimits.REVIEW.maxBytes()) {
      return new Result.Refused(
          Refusal.BODY_TOO_LARGE,
          "the body has "
              + body.length
              + " bytes, over the limit of "
              + JsonLimits.REVIEW.maxBytes());
    }
    try {
      Json json = StrictJson.parse(body, JsonLimits.REVIEW);
      JsonObject review =
          json.asObject().orElseThrow(() -> new BadReviewException("/", "an object", json.kind()));
      return new Result.Understood(request(Node.root(review, ""), endpoint, caller));
    } catch (JsonException malformed) {
      return new Result.Refused(
          Refusal.BAD_JSON, Plain.ascii(String.valueOf(malformed.getMessage()), 400));
    } catch (BadReviewException bad) {
      return new Result.Refused(Refusal.BAD_REVIEW, Plain.ascii(bad.sentence(), 400));
    }
  }

  /**
   * Reads who asks for what, and neither holds nor reads the objects: for a request that there is
   * no room to decide.
   */
  static Result readHead(InputStream body, String endpoint, String caller) {
    try {
      Json json = StrictJson.skim(body, JsonLimits.REVIEW, OBJECTS);
      JsonObject review =
          json.asObject().orElseThrow(() -> new BadReviewException("/", "an object", json.kind()));
      return new Result.Understood(head(Node.root(review, ""), endpoint, caller));
    } catch (JsonException malformed) {
      return new Result.Refused(
          Refusal.BAD_JSON, Plain.ascii(String.valueOf(malformed.getMessage()), 400));
    } catch (BadReviewException bad) {
      return new Result.Refused(Refusal.BAD_REVIEW, Plain.ascii(bad.sentence(), 400));
    }
  }

  private static ReviewRequest request(Node review, String endpoint, String caller)
      throws BadReviewException {
    ReviewRequest understood = head(review, endpoint, caller);
    if (understood.canStartContainers() && understood.object().isEmpty()) {
      throw review
          .requiredObject("request")
          .wrong("object", "an object on " + understood.operation());
    }
    return understood;
  }

  private static ReviewRequest head(Node review, String endpoint, String caller)
      throws BadReviewException {
    exactly(review, "apiVersion", API_VERSION);
    exactly(review, "kind", KIND);
    if (review.member("response").isPresent()) {
      throw new BadReviewException("/response is set: this is an answer, not a request");
    }
    Node request = review.requiredObject("request");
    String uid = request.text("uid");
    if (uid.isEmpty() || uid.length() > MAX_UID) {
      throw new BadReviewException("/request/uid must have 1 to " + MAX_UID + " characters");
    }
    Node kind = request.requiredObject("kind");
    if (kind.text("kind").isEmpty()) {
      throw kind.wrong("kind", "the name of a kind");
    }
    Operation operation = operation(request);
    Optional<Node> object = at(request, "object", OBJECT);
    return new ReviewRequest(
        facts(request, kind, object, operation, endpoint, caller),
        kind.text("group"),
        operation,
        request.text("subResource"),
        object,
        at(request, "oldObject", OLD_OBJECT));
  }

  private static Decision.Request facts(
      Node request,
      Node kind,
      Optional<Node> object,
      Operation operation,
      String endpoint,
      String caller)
      throws BadReviewException {
    String group = kind.text("group");
    String version = kind.text("version");
    Optional<JsonObject> metadata =
        object.flatMap(node -> node.value().get("metadata")).flatMap(Json::asObject);
    Optional<JsonObject> user = request.value().get("userInfo").flatMap(Json::asObject);
    return new Decision.Request(
        request.text("uid"),
        caller,
        endpoint,
        operation.name(),
        group.isEmpty() ? version : group + "/" + version,
        kind.text("kind"),
        request.text("namespace"),
        Plain.cut(name(request.text("name"), metadata), MAX_NAME),
        metadata.flatMap(Owners::controller).map(ReviewReader::owner),
        dryRun(request),
        user.flatMap(info -> info.get("username")).flatMap(Json::asString).orElse(""),
        user.flatMap(info -> info.get("groups")).map(ReviewReader::strings).orElse(List.of()));
  }

  private static void exactly(Node node, String name, String value) throws BadReviewException {
    if (!node.text(name).equals(value)) {
      throw new BadReviewException(
          node.pathOf(name) + " must be " + value + ", it is \"" + node.text(name) + '"');
    }
  }

  private static Operation operation(Node request) throws BadReviewException {
    String written = request.text("operation");
    for (Operation known : Operation.values()) {
      if (known.name().equals(written)) {
        return known;
      }
    }
    throw request.wrong("operation", "CREATE, UPDATE, DELETE or CONNECT");
  }

  /** Exactly a truth value: whether alerts go out must not hang on a coerced string. */
  private static boolean dryRun(Node request) throws BadReviewException {
    Optional<Json> written = request.value().get("dryRun");
    if (written.isEmpty()) {
      return false;
    }
    return written.get().asBoolean().orElseThrow(() -> request.wrong("dryRun", "true or false"));
  }

  private static Optional<Node> at(Node request, String name, String root)
      throws BadReviewException {
    return request.object(name).map(node -> Node.root(node.value(), root));
  }

  private static String name(String written, Optional<JsonObject> metadata) {
    if (!written.isEmpty()) {
      return written;
    }
    return metadata
        .flatMap(data -> data.get("name").or(() -> data.get("generateName")))
        .flatMap(Json::asString)
        .orElse("");
  }

  /** The controlling owner as the object claims it. */
  private static Decision.Owner owner(JsonObject claim) {
    return Decision.Owner.claimed(
        told(claim, "apiVersion"), told(claim, "kind"), told(claim, "name"), told(claim, "uid"));
  }

  private static String told(JsonObject claim, String member) {
    return Plain.cut(Owners.text(claim, member), MAX_NAME);
  }

  private static List<String> strings(Json list) {
    return list.asArray().map(JsonArray::values).orElse(List.of()).stream()
        .flatMap(element -> element.asString().stream())
        .toList();
  }
}
