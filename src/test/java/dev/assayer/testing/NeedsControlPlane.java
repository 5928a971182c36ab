package dev.assayer.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Marks tests that start a {@link ControlPlane}. Without its programs they are skipped with one
 * line that says what to do; in CI ({@code CI=true}) their absence is a failure.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsControlPlane.Condition.class)
public @interface NeedsControlPlane {

  /** Decides for {@link NeedsControlPlane}. */
  final class Condition implements ExecutionCondition {
    static final String REMEDY =
        "set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kubectl, such as the one"
            + " that `setup-envtest use -p path` prints";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return evaluate(ControlPlane.available(), System.getenv());
    }

    static ConditionEvaluationResult evaluate(boolean available, Map<String, String> environment) {
      if (available) {
        return ConditionEvaluationResult.enabled("a control plane can be started");
      }
      String remark = "no Kubernetes control plane for this test; " + REMEDY;
      if ("true".equals(environment.get("CI"))) {
        throw new IllegalStateException(remark + " (CI=true, so this is not skipped)");
      }
      return ConditionEvaluationResult.disabled(remark);
    }
  }
}
