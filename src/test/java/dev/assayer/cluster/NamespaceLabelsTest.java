package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cluster.FakeApi.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamespaceLabelsTest {
  private static final String SHOP =
      """
      {"kind":"Namespace","metadata":{"name":"shop","labels":{"team":"a","assayer.dev/ignore":""}}}
      """;

  private final FakeApi api = new FakeApi().answering(200, SHOP);
  private final AtomicLong nanos = new AtomicLong();
  private final KubeApi client = KubeApi.open(api.access(), ClusterObserver.none());
  private final NamespaceLabels labels = new NamespaceLabels(client, nanos::get);

  /** The first call of a process loads the client. */
  @BeforeEach
  void warm() {
    assertThat(client.get(Resource.NAMESPACE, Optional.empty(), "warm"))
        .isInstanceOf(KubeAnswer.Found.class);
    api.requests.clear();
  }

  @AfterEach
  void close() {
    client.close();
    api.close();
  }

  @Test
  void labelsAreAskedForOnceInFiveSeconds() {
    Map<String, String> known = Map.of("team", "a", "assayer.dev/ignore", "");
    assertThat(labels.labels("shop")).contains(known);
    nanos.set(Duration.ofMillis(4999).toNanos());
    assertThat(labels.labels("shop")).contains(known);
    assertThat(api.requests).containsExactly("GET /api/v1/namespaces/shop");
    api.answering(200, "{\"kind\":\"Namespace\",\"metadata\":{\"name\":\"shop\"}}");
    nanos.set(Duration.ofSeconds(5).toNanos());
    assertThat(labels.labels("shop")).contains(Map.of());
  }

  @Test
  void thoseWhoAskAtTheSameTimeShareOneCall() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    api.answering((method, path) -> {
      answer.await();
      return new Reply(200, SHOP);
    });
    try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<Map<String, String>>>> asked =
          IntStream.range(0, 30).mapToObj(i -> many.submit(() -> labels.labels("shop"))).toList();
      Thread.sleep(100);
      answer.countDown();
      for (Future<Optional<Map<String, String>>> one : asked) {
        assertThat(one.get()).isPresent();
      }
    }
    assertThat(api.requests).hasSize(1);
  }

  @Test
  @DisplayName("an API server that hangs costs half a second, and nothing is known")
  void theWaitIsBounded() {
    api.hanging();
    long begun = System.nanoTime();
    assertThat(labels.labels("shop")).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(1500));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 429, 500, 503})
  @DisplayName("what the API server does not say is not known, and soon asked again")
  void noAnswerIsNoLabels(int status) {
    api.answering(status, "{}");
    assertThat(labels.labels("shop")).isEmpty();
    int asked = api.requests.size();
    assertThat(labels.labels("shop")).isEmpty();
    assertThat(api.requests).hasSize(asked);
    api.answering(200, SHOP);
    nanos.set(Duration.ofSeconds(1).toNanos());
    assertThat(labels.labels("shop")).isPresent();
  }

  @Test
  @DisplayName("what was known is forgotten when the API server falls silent")
  void oldLabelsTakeNothingOut() {
    assertThat(labels.labels("shop")).isPresent();
    api.answering(503, "{}");
    nanos.set(Duration.ofSeconds(5).toNanos());
    assertThat(labels.labels("shop")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kind\":\"Namespace\",\"metadata\":{\"name\":\"other\",\"labels\":{}}}",
        "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"shop\"}}",
        "{\"kind\":\"Namespace\",\"metadata\":{\"name\":\"shop\",\"labels\":[]}}",
        "{\"kind\":\"Namespace\",\"metadata\":{\"name\":\"shop\",\"labels\":{\"a\":1}}}",
        "[]",
      })
  void whatIsNotThisNamespaceSaysNothing(String answer) {
    api.answering(200, answer);
    assertThat(labels.labels("shop")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a/b", "Shop", "a b", "shop?x=1"})
  @DisplayName("a name that no namespace has is not asked for")
  void hostileNamesAreNotAskedFor(String name) {
    assertThat(labels.labels(name)).isEmpty();
    assertThat(api.requests).isEmpty();
  }

  @Test
  void thoseWithAndWithoutALabelAreListed() {
    api.answering(
        200, "{\"items\":[{\"metadata\":{\"name\":\"b\"}},{\"metadata\":{\"name\":\"a\"}}]}");
    assertThat(labels.having("assayer.dev/ignore", true)).contains(List.of("a", "b"));
    assertThat(labels.having("x", false)).contains(List.of("a", "b"));
    assertThat(api.requests)
        .containsExactly(
            "GET /api/v1/namespaces?labelSelector=assayer.dev%2Fignore",
            "GET /api/v1/namespaces?labelSelector=%21x");
    api.answering(403, "{}");
    assertThat(labels.having("x", true)).isEmpty();
  }
}
