package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.remote.Credentials;
import dev.assayer.remote.CredentialsUnavailable;
import dev.assayer.testing.NeedsControlPlane;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamedSecretsTest {
  private final FakeApi fake = new FakeApi();
  private final AtomicLong now = new AtomicLong();
  private final KubeApi api = KubeApi.open(fake.access(), ClusterObserver.none());
  private final NamedSecrets secrets = new NamedSecrets(api, "ns", now::get);

  @AfterEach
  void close() {
    api.close();
    fake.close();
  }

  private static String secret(String user, String password) {
    return "{\"data\":{\"username\":\""
        + base64(user)
        + "\",\"password\":\""
        + base64(password)
        + "\"}}";
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private void later(Duration by) {
    now.addAndGet(by.toNanos());
  }

  @Test
  void aRotatedSecretIsUsedAfterARefreshAndIsReadOnceMeanwhile() {
    fake.answering(200, secret("u", "old\n"));
    Credentials credentials = secrets.credentials("creds", "h");
    assertThat(credentials.username().get()).isEqualTo("u");
    assertThat(credentials.password().get()).isEqualTo("old");
    assertThat(fake.requests).containsExactly("GET /api/v1/namespaces/ns/secrets/creds");

    fake.answering(200, secret("u", "new"));
    secrets.refresh();
    assertThat(fake.requests).hasSize(1);
    later(Duration.ofSeconds(31));
    secrets.refresh();
    assertThat(credentials.password().get()).isEqualTo("new");
  }

  @Test
  void whileTheApiServerIsAwayWhatWasReadLastGoesOn() {
    fake.answering(200, secret("u", "p"));
    Credentials credentials = secrets.credentials("creds", "h");
    assertThat(credentials.password().get()).isEqualTo("p");
    fake.answering(503, "{}");
    later(Duration.ofMinutes(10));
    secrets.refresh();
    assertThat(credentials.password().get()).isEqualTo("p");
  }

  @Test
  void aSecretThatIsGoneOrForbiddenIsForgotten() {
    fake.answering(200, secret("u", "p"));
    Credentials credentials = secrets.credentials("creds", "h");
    assertThat(credentials.password().get()).isEqualTo("p");
    fake.answering(404, "{}");
    later(Duration.ofSeconds(31));
    secrets.refresh();
    assertThatThrownBy(() -> credentials.password().get())
        .isInstanceOf(CredentialsUnavailable.class)
        .hasMessage("Secret creds: there is none in namespace ns");
    fake.answering(403, "{\"message\":\"no\"}");
    later(Duration.ofSeconds(2));
    assertThatThrownBy(() -> credentials.password().get())
        .hasMessageContaining("RBAC does not allow to get secrets/creds");
  }

  @Test
  void aFailureIsNotAskedForAgainAtOnce() {
    fake.answering(404, "{}");
    Credentials credentials = secrets.credentials("creds", "h");
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> credentials.username().get())
          .isInstanceOf(CredentialsUnavailable.class);
    }
    assertThat(fake.requests).hasSize(1);
    fake.answering(200, secret("u", "p"));
    later(Duration.ofSeconds(2));
    assertThat(credentials.username().get()).isEqualTo("u");
  }

  @Test
  void credentialsOfAPullSecretAreThoseOfTheHost() {
    String docker =
        """
        {"auths": {"https://index.docker.io/v1/": {"auth": "%s"},
                   "registry.example:5000": {"username": "r", "password": "s"}}}
        """
            .formatted(base64("hub:p:w"));
    fake.answering(200, "{\"data\":{\".dockerconfigjson\":\"" + base64(docker) + "\"}}");
    assertThat(secrets.credentials("pull", "registry.example:5000").password().get())
        .isEqualTo("s");
    assertThat(secrets.credentials("pull", "docker.io").password().get()).isEqualTo("p:w");
    assertThatThrownBy(() -> secrets.credentials("pull", "other.example").password().get())
        .hasMessageContaining("no entry for other.example");
  }

  @Test
  void aSecretWithoutCredentialsSaysWhatIsMissingAndShowsNothing() {
    fake.answering(200, "{\"data\":{\"password\":\"" + base64("hunter2") + "\"}}");
    assertThatThrownBy(() -> secrets.credentials("creds", "h").password().get())
        .hasMessageContaining("neither username and password nor .dockerconfigjson")
        .hasMessageNotContaining("hunter2");
    fake.answering(200, secret("u", "hunter2"));
    later(Duration.ofSeconds(2));
    Credentials credentials = secrets.credentials("creds", "h");
    assertThat(credentials.password().get()).isEqualTo("hunter2");
    assertThat(credentials.toString() + new SecretPair("u", "hunter2")).doesNotContain("hunter2");
  }

  @Test
  @NeedsControlPlane
  void onlyTheSecretsThatTheChartListsCanBeRead() {
    ClusterRig rig = new ClusterRig();
    for (String name : new String[] {"notary-creds", "other"}) {
      rig.plane()
          .kubectl(
              "",
              "create",
              "secret",
              "generic",
              name,
              "-n",
              rig.namespace(),
              "--from-literal=username=u",
              "--from-literal=password=p");
    }
    NamedSecrets real = new NamedSecrets(rig.api(rig.release()), rig.namespace());
    assertThat(real.credentials("notary-creds", "h").username().get()).isEqualTo("u");
    assertThatThrownBy(() -> real.credentials("other", "h").username().get())
        .hasMessageContaining("RBAC does not allow to get secrets/other");
  }
}
