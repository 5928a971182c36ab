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
 * Marks tests that start the real Notary. Where it is not installed they are skipped with one line
 * that says what to install; in CI ({@code CI=true}) its absence is a failure.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsRealNotary.Condition.class)
public @interface NeedsRealNotary {

  /** Decides for {@link NeedsRealNotary}. */
  final class Condition implements ExecutionCondition {
    static final String REMEDY = "install the Debian package notary: apt-get install notary";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return evaluate(RealNotary.available(), System.getenv());
    }

    static ConditionEvaluationResult evaluate(boolean available, Map<String, String> environment) {
      if (available) {
        return ConditionEvaluationResult.enabled("notary is installed");
      }
      String remark = "the real Notary is not installed; " + REMEDY;
      if ("true".equals(environment.get("CI"))) {
        throw new IllegalStateException(remark + " (CI=true, so this is not skipped)");
      }
      return ConditionEvaluationResult.disabled(remark);
    }
  }
}
