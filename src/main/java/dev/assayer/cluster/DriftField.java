package dev.assayer.cluster;

/** A part of the live webhook objects that can differ from what was applied. */
public enum DriftField {
  WEBHOOKS("webhooks"),
  FAILURE_POLICY("failurePolicy"),
  RULES("rules"),
  NAMESPACE_SELECTOR("namespaceSelector"),
  OBJECT_SELECTOR("objectSelector"),
  MATCH_CONDITIONS("matchConditions"),
  MATCH_POLICY("matchPolicy"),
  CA_BUNDLE("caBundle"),
  SERVICE("service"),
  TIMEOUT_SECONDS("timeoutSeconds"),
  SIDE_EFFECTS("sideEffects"),
  REINVOCATION_POLICY("reinvocationPolicy"),
  ADMISSION_REVIEW_VERSIONS("admissionReviewVersions");

  private final String code;

  DriftField(String code) {
    this.code = code;
  }

  /** The name in the object, and in metrics; {@code webhooks} for entries too many or too few. */
  public String code() {
    return code;
  }
}
