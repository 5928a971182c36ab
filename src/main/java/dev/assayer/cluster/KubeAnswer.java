package dev.assayer.cluster;

import dev.assayer.json.JsonObject;

/** What came of a call to the API server. */
public sealed interface KubeAnswer {

  /** The word for metrics. */
  String code();

  /** One clause for people; never holds what a Secret holds. */
  String detail();

  /** It was done. */
  record Found(JsonObject object) implements KubeAnswer {
    @Override
    public String code() {
      return "ok";
    }

    @Override
    public String detail() {
      return "";
    }

    /** An object may be a Secret. */
    @Override
    public String toString() {
      return "Found[withheld]";
    }
  }

  /** There is no such object. */
  record Absent(String detail) implements KubeAnswer {
    @Override
    public String code() {
      return "not_found";
    }
  }

  /** It exists already, or somebody else has changed it meanwhile. */
  record Conflict(String detail) implements KubeAnswer {
    @Override
    public String code() {
      return "conflict";
    }
  }

  /** Who asks may not, or was not recognised. */
  record Forbidden(String detail) implements KubeAnswer {
    @Override
    public String code() {
      return "forbidden";
    }
  }

  /** The API server does not take what was sent. */
  record Invalid(String detail) implements KubeAnswer {
    @Override
    public String code() {
      return "invalid";
    }
  }

  /** No answer, none in time, or none that helps: 5xx, 429, a broken or too large body. */
  record Unavailable(String detail) implements KubeAnswer {
    @Override
    public String code() {
      return "unavailable";
    }
  }
}
