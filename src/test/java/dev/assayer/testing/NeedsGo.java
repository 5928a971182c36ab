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
 * Marks tests that run a program in Go. Where it is not installed they are skipped with one line
 * that says what to install; in CI ({@code CI=true}) its absence is a failure.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsGo.Condition.class)
public @interface NeedsGo {

  /** Decides for {@link NeedsGo}. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (Programs.find("go").isPresent()) {
        return ConditionEvaluationResult.enabled("Go is installed");
      }
      String remark =
          "Go is not installed; install the Debian package golang-go: apt-get install golang-go";
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException(remark + " (CI=true, so this is not skipped)");
      }
      return ConditionEvaluationResult.disabled(remark);
    }
  }
}
