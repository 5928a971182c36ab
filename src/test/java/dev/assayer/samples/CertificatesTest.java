package dev.assayer.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.SignatureException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.naming.ldap.LdapName;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.junit.jupiter.api.Test;

/** The dishonest root certificates that a verifier must not be widened by. */
class CertificatesTest {
  private final KeyPair pair = KeyKind.ECDSA_P256.generate();

  @Test
  void names_may_hold_nul_wildcards_and_two_common_names() throws Exception {
    X509Certificate nul = Certificates.leaf(pair, "acme/app\0evil");
    X509Certificate wild = Certificates.leaf(pair, "acme/*");
    X509Certificate two =
        Certificates.make(
            Certificates.Spec.selfSigned(
                new X500NameBuilder()
                    .addRDN(BCStyle.CN, "acme/app")
                    .addRDN(BCStyle.CN, "evil/app")
                    .build(),
                pair,
                Certificates.Use.SIGNING));

    assertThat(new String(nul.getSubjectX500Principal().getEncoded(), StandardCharsets.ISO_8859_1))
        .contains("acme/app\0evil");
    assertThat(wild.getSubjectX500Principal().getName()).isEqualTo("CN=acme/*");
    assertThat(new LdapName(two.getSubjectX500Principal().getName()).getRdns()).hasSize(2);
  }

  @Test
  void a_certificate_may_be_expired_and_claim_an_issuer_that_did_not_sign() throws Exception {
    KeyPair other = KeyKind.RSA_2048.generate();
    Certificates.Spec spec =
        Certificates.Spec.selfSigned(
                Certificates.commonName("acme/app"), pair, Certificates.Use.SIGNING)
            .issuedBy(Certificates.commonName("acme/app"), other)
            .valid(Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2021-01-01T00:00:00Z"));
    X509Certificate lying = Certificates.make(spec);

    assertThat(lying.getIssuerX500Principal()).isEqualTo(lying.getSubjectX500Principal());
    assertThat(lying.getPublicKey()).isEqualTo(pair.getPublic());
    assertThatThrownBy(lying::checkValidity).isInstanceOf(CertificateExpiredException.class);
    assertThatThrownBy(() -> lying.verify(pair.getPublic()))
        .isInstanceOfAny(SignatureException.class, InvalidKeyException.class);
    lying.verify(other.getPublic());
  }

  @Test
  void addresses_and_names_are_told_apart() throws Exception {
    Certificates.Spec spec =
        Certificates.Spec.selfSigned(Certificates.commonName("x"), pair, Certificates.Use.SERVER)
            .named(List.of("notary.example.com", "10.0.0.1", "::1"));

    assertThat(Certificates.make(spec).getSubjectAlternativeNames())
        .extracting(entry -> (Integer) entry.get(0))
        .containsExactly(2, 7, 7);
  }
}
