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
 * Marks tests that need {@link Controllers}: what setup-envtest fetches has none. They are skipped
 * then, and in CI ({@code CI=true}) they fail.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsControllers.Condition.class)
public @interface NeedsControllers {

  /** Decides for {@link NeedsControllers}. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return evaluate(Controllers.available(), System.getenv());
    }

    static ConditionEvaluationResult evaluate(boolean available, Map<String, String> environment) {
      if (available) {
        return ConditionEvaluationResult.enabled("controllers can be started");
      }
      String remark =
          "no controllers for this test; put kube-controller-manager beside kube-apiserver in the"
              + " folder that KUBEBUILDER_ASSETS names";
      if ("true".equals(environment.get("CI"))) {
        throw new IllegalStateException(remark + " (CI=true, so this is not skipped)");
      }
      return ConditionEvaluationResult.disabled(remark);
    }
  }
}
