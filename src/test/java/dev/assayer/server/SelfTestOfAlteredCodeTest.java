package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.admission.ReviewAnswer;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.testing.AlteredCode;
import dev.assayer.testing.OwnClassPath;
import dev.assayer.testing.Programs;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The self-test's known answers, in a process whose code somebody altered. */
@Timeout(120)
class SelfTestOfAlteredCodeTest {
  @TempDir private Path directory;

  /** Prints of each case whether its answer is right. */
  static final class Asking {
    private Asking() {}

    /** No arguments. */
    public static void main(String... none) {
      try (SelfTestWorld world = SelfTestWorld.create(InstantSource.system(), "test", "replica")) {
        for (SelfTestCase asked : SelfTestCase.values()) {
          ReviewAnswer answer =
              world
                  .assayer()
                  .review(
                      SelfTestReview.of(asked.image(), "1"),
                      Deadline.after(Duration.ofSeconds(60)),
                      "mutate",
                      "anonymous");
          byte[] response = ((ReviewAnswer.Answered) answer).response();
          System.out.println(
              asked.code()
                  + ": "
                  + SelfTestReview.fault(asked, world.digest(), "1", 200, response)
                      .orElse("right"));
        }
      }
    }
  }

  private String asked(String before) {
    return Programs.run(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx200m",
            "-cp",
            before + OwnClassPath.text(),
            Asking.class.getName()),
        Map.of(),
        directory.resolve("out"),
        "",
        Duration.ofSeconds(100));
  }

  @Test
  @DisplayName("OPS-16: code that takes every signature for good is found by the self-test")
  void signaturesAreNotChecked() throws IOException {
    Path altered =
        AlteredCode.of(
            directory,
            SignatureVerifier.class.getName(),
            "verify",
            code -> code.iconst_1().ireturn());
    assertThat(asked(altered + ":"))
        .contains("known_good_dct: right", "known_bad_dct: admitted", "unsigned: right");
  }

  @Test
  void asItWasBuiltAllAnswersAreRight() {
    assertThat(asked(""))
        .contains("known_good_dct: right", "known_bad_dct: right", "unsigned: right");
  }
}
