package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeApiTest {
  private final FakeApi fake = new FakeApi();
  private final Observed observed = new Observed();
  private final KubeApi api = KubeApi.open(fake.access(), observed);

  @AfterEach
  void close() {
    api.close();
    fake.close();
  }

  private KubeAnswer get() {
    return api.get(Resource.SECRET, Optional.of("ns"), "creds");
  }

  @ParameterizedTest
  @CsvSource({
    "200, ok",
    "401, forbidden",
    "403, forbidden",
    "404, not_found",
    "409, conflict",
    "422, invalid",
    "429, unavailable",
    "500, unavailable",
    "503, unavailable"
  })
  void eachStatusIsAValue(int status, String code) {
    fake.answering(status, "{\"message\":\"because\"}");
    assertThat(get().code()).isEqualTo(code);
    assertThat(observed.calls).containsExactly("get " + code);
    assertThat(fake.requests).containsOnly("GET /api/v1/namespaces/ns/secrets/creds");
    // With a refused token fabric8 tries a second time, since it may just have been renewed.
    assertThat(fake.requests).hasSize(status == 401 ? 2 : 1);
  }

  @Test
  void whatRbacRefusesIsNamedWithItsVerbAndObject() {
    fake.answering(403, "{\"message\":\"User \\\"x\\\" cannot\\n get\"}");
    assertThat(get().detail())
        .isEqualTo(
            "RBAC does not allow to get secrets/creds in namespace ns: User \"x\" cannot? get");
  }

  @Test
  void whatIsNoJsonObjectIsNoAnswer() {
    for (String body : new String[] {"", "[]", "{\"a\":1,\"a\":2}", "<html>"}) {
      fake.answering(200, body);
      assertThat(get()).isInstanceOf(KubeAnswer.Unavailable.class);
    }
  }

  @Test
  void anAnswerLargerThanAnyObjectIsCut() {
    fake.answering(200, "{\"a\":\"" + "x".repeat(5 << 20) + "\"}");
    assertThat(get().detail()).contains("larger than");
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void anApiServerThatHangsCostsNoMoreThanThePatience() {
    fake.hanging();
    KubeAnswer answer =
        api.patient(Duration.ofMillis(300)).get(Resource.SECRET, Optional.of("ns"), "creds");
    assertThat(answer.detail())
        .isEqualTo("the API server did not get secrets/creds in namespace ns: no answer in time");
    fake.answering(200, "{}");
    assertThat(get()).isInstanceOf(KubeAnswer.Found.class);
  }

  @Test
  void anApiServerThatIsDownIsAValueToo() {
    fake.close();
    assertThat(get().detail()).contains("no connection");
  }

  @Test
  void aHostileNameStaysOneSegmentOfThePath() {
    fake.answering(200, "{}");
    api.get(Resource.SECRET, Optional.of(".."), "../../nodes?x=y#z");
    assertThat(fake.requests)
        .containsExactly("GET /api/v1/namespaces/%2E%2E/secrets/..%2F..%2Fnodes%3Fx%3Dy%23z");
  }

  @Test
  void neitherTokenNorContentIsShown() {
    fake.answering(200, "{\"data\":{\"password\":\"aHVudGVyMg==\"}}");
    KubeAnswer answer = get();
    assertThat(answer.toString()).doesNotContain("aHVudGVyMg");
    fake.answering(500, "{}");
    assertThat(get().detail()).doesNotContain("secret-token");
  }

  @Test
  void verbsAreThoseOfTheApi() {
    fake.answering(200, "{}");
    Optional<String> in = Optional.of("ns");
    JsonObject object = JsonObject.builder().put("a", 1).build();
    api.create(Resource.CONFIG_MAP, in, object);
    api.replace(Resource.CONFIG_MAP, in, "c", object);
    api.merge(Resource.CONFIG_MAP, in, "c", object);
    api.apply(Resource.MUTATING_WEBHOOK, Optional.empty(), "c", object, "me");
    api.delete(Resource.CONFIG_MAP, in, "c");
    api.list(Resource.CONFIG_MAP, in, "a=b");
    assertThat(fake.requests)
        .containsExactly(
            "POST /api/v1/namespaces/ns/configmaps",
            "PUT /api/v1/namespaces/ns/configmaps/c",
            "PATCH /api/v1/namespaces/ns/configmaps/c",
            "PATCH /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/c"
                + "?force=true&fieldManager=me",
            "DELETE /api/v1/namespaces/ns/configmaps/c",
            "GET /api/v1/namespaces/ns/configmaps?labelSelector=a%3Db");
  }

  @Test
  void theEnvironmentSaysWhetherThereIsACluster(@TempDir Path mounted) throws Exception {
    assertThat(ClusterSettings.of(Map.of(), mounted))
        .isEqualTo(new ClusterSettings.Found.Outside("ASSAYER_RELEASE is not set"));
    Map<String, String> pod =
        Map.of(
            "ASSAYER_RELEASE", "assayer",
            "ASSAYER_POD_NAMESPACE", "security",
            "KUBERNETES_SERVICE_HOST", "fd00::1",
            "KUBERNETES_SERVICE_PORT", "6443");
    assertThat(ClusterSettings.of(pod, mounted)).isInstanceOf(ClusterSettings.Found.Outside.class);
    Files.writeString(mounted.resolve("token"), "t");
    assertThat(ClusterSettings.of(pod, mounted))
        .isInstanceOfSatisfying(
            ClusterSettings.Found.Inside.class,
            inside ->
                assertThat(inside.settings().access())
                    .isEqualTo(new Access.ServiceAccount("https://[fd00::1]:6443", mounted)));
    assertThat(
            ClusterSettings.of(Map.of("ASSAYER_RELEASE", "No_Name", "KUBECONFIG", "/k"), mounted))
        .isInstanceOfSatisfying(
            ClusterSettings.Found.Wrong.class, wrong -> assertThat(wrong.problems()).hasSize(2));
  }

  @Test
  void theTokenOfAServiceAccountIsReadAnewForEachCall(@TempDir Path mounted) throws Exception {
    Files.writeString(mounted.resolve("token"), "first");
    Files.writeString(mounted.resolve("ca.crt"), dev.assayer.samples.DemoCa.create().pem());
    String server =
        fake.access() instanceof Access.Kubeconfig(Path file)
            ? Files.readString(file).replaceAll("(?s).*server: \"([^\"]+)\".*", "$1")
            : "";
    fake.answering(200, "{}");
    try (KubeApi inside = KubeApi.open(new Access.ServiceAccount(server, mounted), observed)) {
      assertThat(inside.get(Resource.SECRET, Optional.of("ns"), "a").code()).isEqualTo("ok");
      Files.delete(mounted.resolve("token"));
      assertThat(inside.get(Resource.SECRET, Optional.of("ns"), "a").detail())
          .contains("cannot be read");
    }
  }
}
