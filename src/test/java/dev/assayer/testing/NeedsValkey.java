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
 * Marks tests that start a real Valkey or Redis. Where none is installed they are skipped with one
 * line that says what to install; in CI ({@code CI=true}) its absence is a failure.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsValkey.Condition.class)
public @interface NeedsValkey {

  /** Decides for {@link NeedsValkey}. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (RealValkey.available()) {
        return ConditionEvaluationResult.enabled("Valkey or Redis is installed");
      }
      String remark =
          "neither Valkey nor Redis is installed; install the Debian package redis-server: apt-get"
              + " install redis-server";
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException(remark + " (CI=true, so this is not skipped)");
      }
      return ConditionEvaluationResult.disabled(remark);
    }
  }
}
