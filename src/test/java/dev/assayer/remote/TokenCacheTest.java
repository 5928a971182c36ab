package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenCacheTest {
  private final AtomicLong clock = new AtomicLong();
  private final TokenCache cache = new TokenCache(clock::get);

  @Test
  void aTokenServesUntilItExpires() {
    cache.put("s", "t", Duration.ofSeconds(50));
    clock.addAndGet(Duration.ofSeconds(50).toNanos() - 1);
    assertThat(cache.get("s")).contains("t");
    clock.incrementAndGet();
    assertThat(cache.get("s")).isEmpty();
    assertThat(cache.size()).isZero();
  }

  @Test
  void onlyTheTokenThatWasRefusedIsDropped() {
    cache.put("s", "new", Duration.ofSeconds(50));
    cache.drop("s", "old");
    assertThat(cache.get("s")).contains("new");
    cache.drop("s", "new");
    assertThat(cache.get("s")).isEmpty();
  }

  @Test
  void aThousandAreKeptTheLongestUnusedGoesFirst() {
    for (int i = 0; i < 1000; i++) {
      cache.put("s" + i, "t", Duration.ofSeconds(50));
    }
    assertThat(cache.get("s0")).contains("t");
    cache.put("more", "t", Duration.ofSeconds(50));
    assertThat(cache.size()).isEqualTo(1000);
    assertThat(cache.get("s0")).contains("t");
    assertThat(cache.get("s1")).isEmpty();
  }

  @Test
  void aTokensLifeIsItsOwnLessASlackAndAnHourAtMost() {
    assertThat(life("{\"token\":\"t\"}")).contains(Duration.ofSeconds(50));
    assertThat(life("{\"token\":\"t\",\"expires_in\":300}")).contains(Duration.ofSeconds(290));
    assertThat(life("{\"token\":\"t\",\"expires_in\":9000000}")).contains(Duration.ofSeconds(3590));
    assertThat(life("{\"token\":\"t\",\"expires_in\":-1}")).contains(Duration.ZERO);
    assertThat(life("{\"token\":\"t\",\"expires_in\":\"300\"}")).contains(Duration.ZERO);
    assertThat(life("{\"token\":\"t\",\"expires_in\":1e9}")).contains(Duration.ZERO);
  }

  private static Optional<Duration> life(String json) {
    return TokenAnswer.parse(json.getBytes(StandardCharsets.UTF_8)).map(TokenAnswer::life);
  }
}
