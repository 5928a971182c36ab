package dev.assayer.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Marks tests that start a real Prometheus and Alertmanager. Where they are not installed the tests
 * are skipped with one line that says what to install; in CI ({@code CI=true}) that is a failure.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsAlerting.Condition.class)
public @interface NeedsAlerting {

  /** Decides for {@link NeedsAlerting}. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (LivePrometheus.available() && LiveAlertmanager.available()) {
        return ConditionEvaluationResult.enabled("Prometheus and Alertmanager are installed");
      }
      String remark =
          "Prometheus or Alertmanager is not installed; install the Debian packages: apt-get"
              + " install prometheus prometheus-alertmanager";
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException(remark + " (CI=true, so this is not skipped)");
      }
      return ConditionEvaluationResult.disabled(remark);
    }
  }
}
