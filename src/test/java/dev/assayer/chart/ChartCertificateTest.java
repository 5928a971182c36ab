package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.NeedsControlPlane;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The certificate that Helm makes, over the life of an installation on a real API server. */
@NeedsControlPlane
class ChartCertificateTest {
  private static final String RELEASE = "assayer";

  private final ControlPlane plane = ControlPlane.shared();
  private final String namespace = plane.namespace("certificates");
  private final Path kubeconfig = plane.kubeconfig(plane.adminToken());

  /** Everything but what would wait for pods. */
  private void upgrade() {
    new Helm(Chart.HOME)
        .upgrade()
        .install()
        .withKubeConfig(kubeconfig)
        .withName(RELEASE)
        .withNamespace(namespace)
        .set("fullnameOverride", namespace)
        .set("webhook.hooks", false)
        .set("sentinel.enabled", false)
        .call();
  }

  private List<X509Certificate> certificates(String key) {
    String base64 =
        plane.kubectl(
            "",
            "get",
            "secret",
            namespace + "-tls",
            "-n",
            namespace,
            "-o",
            "jsonpath={.data." + key.replace(".", "\\.") + "}");
    String pem = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    if (Pem.certificates(pem) instanceof PemList.Loaded<X509Certificate>(var found)) {
      return found;
    }
    throw new AssertionError(pem);
  }

  /** The time has come to make this one anew. */
  private void due(String secret) {
    plane.kubectl(
        "",
        "annotate",
        "secret",
        namespace + secret,
        "-n",
        namespace,
        "--overwrite",
        "assayer.dev/renew-after=1");
  }

  private static boolean signed(X509Certificate authority, X509Certificate leaf) {
    try {
      leaf.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException other) {
      return false;
    }
  }

  @Test
  void whileReplicasStillShowTheOldCertificateTheBundleVouchesForBothAuthorities() {
    upgrade();
    X509Certificate leaf = certificates("tls.crt").getFirst();
    List<X509Certificate> authority = certificates("ca.crt");
    assertThat(authority).singleElement().matches(ca -> signed(ca, leaf));

    upgrade();
    assertThat(certificates("tls.crt")).as("kept on upgrade").containsExactly(leaf);
    assertThat(certificates("ca.crt")).isEqualTo(authority);

    due("-tls");
    upgrade();
    X509Certificate renewed = certificates("tls.crt").getFirst();
    assertThat(renewed).isNotEqualTo(leaf).matches(next -> signed(authority.getFirst(), next));
    assertThat(certificates("ca.crt")).isEqualTo(authority);

    due("-ca");
    upgrade();
    X509Certificate last = certificates("tls.crt").getFirst();
    assertThat(certificates("ca.crt"))
        .as("the kubelet brings the new certificate to replicas a minute later")
        .hasSize(2)
        .contains(authority.getFirst())
        .anyMatch(ca -> signed(ca, last));
    assertThat(signed(authority.getFirst(), last)).isFalse();

    upgrade();
    assertThat(certificates("tls.crt")).containsExactly(last);
    assertThat(certificates("ca.crt"))
        .as("the old authority ends with the next upgrade")
        .singleElement()
        .matches(ca -> signed(ca, last));
  }
}
