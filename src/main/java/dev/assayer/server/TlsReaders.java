package dev.assayer.server;

import dev.assayer.config.WebhookConfig;
import dev.assayer.crypto.PemList;
import dev.assayer.crypto.TlsCertificates;
import dev.assayer.crypto.TlsIdentity;
import dev.assayer.crypto.TlsIdentityResult;
import dev.assayer.server.Watched.Attempt;
import dev.assayer.server.Watched.Problem;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** What the files of {@code webhook.tls} mean. */
final class TlsReaders {
  private TlsReaders() {}

  /** Certificate and key. */
  static Watched<TlsIdentity> identity(WebhookConfig.Tls tls, InstantSource clock)
      throws TlsSetupException {
    TlsFile certificate = new TlsFile("certificateFile", tls.certificateFile());
    TlsFile key = new TlsFile("keyFile", tls.keyFile());
    return new Watched<>(
        List.of(certificate, key),
        texts ->
            switch (TlsIdentity.ofServer(texts.getFirst(), texts.getLast())) {
              case TlsIdentityResult.Loaded(TlsIdentity identity) -> new Attempt.Good<>(identity);
              case TlsIdentityResult.Refused(TlsIdentityResult.Part part, String why) ->
                  switch (part) {
                    case CERTIFICATE -> bad("invalid", certificate.name() + " " + why);
                    case KEY -> bad("invalid", key.name() + " " + why);
                    case PAIR ->
                        bad("mismatch", key.name() + " and " + certificate.name() + ": " + why);
                  };
            },
        identity -> identity.validAt(clock.instant()),
        identity -> notNow(certificate, identity.describe()));
  }

  /** The authorities of clients. */
  static Watched<List<X509Certificate>> authorities(Path path, InstantSource clock)
      throws TlsSetupException {
    TlsFile file = new TlsFile("clientCaFile", path);
    return new Watched<>(
        List.of(file),
        texts ->
            switch (TlsCertificates.authorities(texts.getFirst())) {
              case PemList.Loaded<X509Certificate>(List<X509Certificate> all) ->
                  new Attempt.Good<>(all);
              case PemList.Refused<X509Certificate>(String why) ->
                  bad("invalid", file.name() + " " + why);
            },
        all -> !valid(all, clock.instant()).isEmpty(),
        all -> notNow(file, TlsCertificates.describe(all.getFirst())));
  }

  /** Those of the certificates that are valid at this time. */
  static List<X509Certificate> valid(List<X509Certificate> all, Instant now) {
    return all.stream().filter(one -> TlsCertificates.validAt(one, now)).toList();
  }

  private static Problem notNow(TlsFile file, String certificate) {
    return new Problem("invalid", file.name() + " holds nothing that is valid now: " + certificate);
  }

  private static <T> Attempt<T> bad(String result, String why) {
    return new Attempt.Bad<>(new Problem(result, why));
  }
}
