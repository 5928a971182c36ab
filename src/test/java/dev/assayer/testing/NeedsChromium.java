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
 * Marks tests that drive a real browser. Where it is not installed they are skipped with one line
 * that says what to install; in CI ({@code CI=true}) its absence is a failure.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsChromium.Condition.class)
public @interface NeedsChromium {

  /** Decides for {@link NeedsChromium}. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (Programs.find(Chromium.NAME).isPresent()) {
        return ConditionEvaluationResult.enabled("chromium is installed");
      }
      String remark =
          "chromium is not installed; install the Debian package chromium: apt-get install chromium";
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException(remark + " (CI=true, so this is not skipped)");
      }
      return ConditionEvaluationResult.disabled(remark);
    }
  }
}
