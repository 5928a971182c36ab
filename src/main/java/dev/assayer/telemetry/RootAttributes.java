package dev.assayer.telemetry;

/** What every request's own span says. */
final class RootAttributes {
  private RootAttributes() {}

  /**
   * Begins the attributes of a request.
   *
   * @param name method and route, such as {@code POST /mutate}
   * @param status HTTP status of the answer
   */
  static SpanAttributes of(String name, int status) {
    SpanAttributes attributes = new SpanAttributes();
    int space = name.indexOf(' ');
    if (space > 0) {
      attributes
          .put("http.request.method", name.substring(0, space))
          .put("http.route", name.substring(space + 1))
          .put("http.response.status_code", status);
    }
    return attributes;
  }
}
