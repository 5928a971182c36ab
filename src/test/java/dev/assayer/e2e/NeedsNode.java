package dev.assayer.e2e;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Marks tests that start a {@link NodeCluster}. They run by themselves ({@code make node-test}),
 * when the image is there. Without a node they are skipped with one line that says why; in CI
 * ({@code CI=true}) its absence is a failure.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("node")
@ExtendWith({NeedsNode.Condition.class, NeedsNode.Report.class})
@interface NeedsNode {

  /** Decides for {@link NeedsNode}. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      Optional<String> missing = NodeCluster.missing().or(Admin::missing);
      if (missing.isEmpty()) {
        return ConditionEvaluationResult.enabled("a node can be started");
      }
      String remark = "no Kubernetes node for this test: " + missing.get();
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException(remark + " (CI=true, so this is not skipped)");
      }
      return ConditionEvaluationResult.disabled(remark);
    }
  }

  /** Says how the node is where a test fails: in a file, since nothing of it is there later. */
  final class Report
      implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
        throws Throwable {
      report(context, failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
        throws Throwable {
      report(context, failure);
    }

    @Override
    public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable failure)
        throws Throwable {
      report(context, failure);
    }

    private static void report(ExtensionContext context, Throwable failure) throws Throwable {
      try {
        NodeRig.shared().report(context.getDisplayName());
      } catch (IOException | RuntimeException noReport) {
        failure.addSuppressed(noReport);
      }
      throw failure;
    }
  }
}
