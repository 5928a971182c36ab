package dev.assayer.cluster;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import dev.assayer.crypto.TlsCertificates;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The caBundle of live webhooks against the certificate that is served: whoever the bundle vouches
 * for can answer in our place.
 */
final class CaBundles {
  private static final int DNS_NAME = 2;

  private CaBundles() {}

  /**
   * What is wrong with the first bad entry.
   *
   * @param live a webhook object
   * @param served the chain that the listener shows, leaf first; empty if it is not known
   * @param authority the CA that was given to this installation, as PEM, if it is known
   */
  static Optional<String> problem(
      JsonObject live, List<X509Certificate> served, Optional<String> authority, Instant now) {
    for (JsonObject webhook : Text.objects(live, "webhooks")) {
      String where = Text.text(live, "kind") + " " + Text.text(webhook, "name");
      Optional<String> problem = entry(webhook, served, authority, now);
      if (problem.isPresent()) {
        return problem.map(what -> Text.safe(where + ": " + what));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> entry(
      JsonObject webhook, List<X509Certificate> served, Optional<String> authority, Instant now) {
    String bundle = Text.text(webhook, "clientConfig", "caBundle");
    if (bundle.isEmpty()) {
      return Optional.of("has no caBundle, so the API server cannot call us");
    }
    if (!(certificates(bundle)
        instanceof PemList.Loaded<X509Certificate>(List<X509Certificate> anchors))) {
      return Optional.of("has a caBundle that cannot be read");
    }
    if (authority.isPresent()
        && Pem.certificates(authority.get())
            instanceof PemList.Loaded<X509Certificate>(List<X509Certificate> known)
        && !new HashSet<>(known).containsAll(anchors)) {
      return Optional.of("has a caBundle with an authority that this installation does not know");
    }
    // An expired certificate is no fault of the bundle; the condition tls_cert tells of it.
    if (served.isEmpty() || !TlsCertificates.validAt(served.getFirst(), now)) {
      return Optional.empty();
    }
    return vouches(anchors, served)
        ? unnamed(webhook, served.getFirst())
        : Optional.of("has a caBundle that does not vouch for the certificate that is served");
  }

  private static PemList<X509Certificate> certificates(String base64) {
    try {
      return Pem.certificates(
          new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notBase64) {
      return new PemList.Refused<>("not base64");
    }
  }

  private static boolean vouches(List<X509Certificate> anchors, List<X509Certificate> served) {
    try {
      TlsTrust.only(anchors)
          .checksOfClients()
          .checkServerTrusted(served.toArray(X509Certificate[]::new), "UNKNOWN");
      return true;
    } catch (CertificateException refused) {
      return false;
    }
  }

  /** The API server asks for the name {@code service.namespace.svc}. */
  private static Optional<String> unnamed(JsonObject webhook, X509Certificate leaf) {
    String service = Text.text(webhook, "clientConfig", "service", "name");
    if (service.isEmpty()) {
      return Optional.empty();
    }
    String host =
        service + "." + Text.text(webhook, "clientConfig", "service", "namespace") + ".svc";
    return names(leaf, host)
        ? Optional.empty()
        : Optional.of("is called as " + host + ", which the served certificate does not name");
  }

  private static boolean names(X509Certificate leaf, String host) {
    try {
      Collection<List<?>> names = leaf.getSubjectAlternativeNames();
      return names != null
          && names.stream()
              .filter(name -> name.getFirst().equals(DNS_NAME))
              .map(name -> String.valueOf(name.getLast()).toLowerCase(Locale.ROOT))
              .anyMatch(name ->
                  name.equals(host) || name.equals("*" + host.substring(host.indexOf('.'))));
    } catch (CertificateParsingException unreadable) {
      return false;
    }
  }
}
