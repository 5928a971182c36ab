package dev.assayer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LineWriterTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Takes its first bytes only when told. */
  private static final class Held extends OutputStream {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch let = new CountDownLatch(1);
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] some, int offset, int length) throws IOException {
      entered.countDown();
      try {
        let.await();
      } catch (InterruptedException stopped) {
        throw new IOException(stopped);
      }
      got.write(some, offset, length);
    }
  }

  @Test
  void whenLinesArePendingCallersMakeTheirOwnAndNoneIsLost() throws InterruptedException {
    Held out = new Held();
    LineWriter writer = new LineWriter(out);
    writer.write(bytes("first"));
    out.entered.await();
    List<Thread> makers = Collections.synchronizedList(new ArrayList<>());
    int lines = LineWriter.MAX_UNMADE + 10;
    for (int i = 0; i < lines; i++) {
      String line = "line " + i;
      writer.write(
          1,
          () -> {
            makers.add(Thread.currentThread());
            return bytes(line);
          });
    }
    assertThat(makers).hasSize(10).containsOnly(Thread.currentThread());
    out.let.countDown();
    writer.close();
    assertThat(writer.dropped()).isZero();
    assertThat(out.got.toString(StandardCharsets.UTF_8).lines()).hasSize(lines + 1);
    assertThat(makers).hasSize(lines);
    assertThat(Collections.frequency(makers, Thread.currentThread())).isEqualTo(10);
  }

  @Test
  void aLineThatIsMadeLaterKeepsItsPlace() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LineWriter writer = new LineWriter(out);
    for (int i = 0; i < 100; i++) {
      byte[] line = bytes("line " + i);
      if (i % 2 == 0) {
        writer.write(line);
      } else {
        writer.write(1, () -> line);
      }
    }
    writer.close();
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(100);
    assertThat(lines.get(1)).isEqualTo("line 1");
    assertThat(lines.get(98)).isEqualTo("line 98");
  }

  @Test
  void aLineThatCannotBeMadeIsCountedAndTheNextIsWritten() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LineWriter writer = new LineWriter(out);
    writer.write(
        1,
        () -> {
          throw new IllegalStateException("a defect");
        });
    writer.write(1, () -> bytes("good"));
    writer.close();
    assertThat(writer.dropped()).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("good\n");
  }

  /** More parts than may wait at all. */
  @Test
  void aLineOfTooManyPartsIsMadeAtOnce() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LineWriter writer = new LineWriter(out);
    writer.write(LineWriter.MAX_UNMADE + 1, () -> bytes(Thread.currentThread().getName()));
    writer.close();
    assertThat(out.toString(StandardCharsets.UTF_8).strip())
        .isEqualTo(Thread.currentThread().getName());
  }
}
