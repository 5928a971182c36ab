package dev.assayer.config;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Reads the authorities that alone vouch for a server that is no source of trust data. */
final class AuthorityReader {
  private AuthorityReader() {}

  /** The authorities of {@code ca} or {@code caFile}; none: the system's. */
  static List<X509Certificate> read(MappingReader section) {
    Reading reading = section.reading();
    Optional<Field> inline = section.value("ca");
    Optional<Field> file = section.value("caFile");
    if (inline.isPresent() && file.isPresent()) {
      reading.secretError(section.field(), "has both ca and caFile", "keep one of them");
    }
    if (inline.isPresent()) {
      return Scalars.secret(inline.get(), reading)
          .map(pem -> certificates(inline.get(), pem, reading))
          .orElse(List.of());
    }
    Optional<Path> path = file.flatMap(value -> Scalars.file(value, reading));
    if (path.isEmpty()) {
      return List.of();
    }
    return switch (reading.files().watch(path.get())) {
      case ReferencedFiles.Unreadable(String why) -> {
        reading.error(
            file.orElseThrow(),
            "the file " + why,
            "name a readable file, relative to the configuration file's directory");
        yield List.of();
      }
      case ReferencedFiles.Read(byte[] bytes) ->
          certificates(file.orElseThrow(), new String(bytes, StandardCharsets.ISO_8859_1), reading);
    };
  }

  private static List<X509Certificate> certificates(Field field, String pem, Reading reading) {
    return switch (Pem.certificates(pem)) {
      case PemList.Loaded<X509Certificate>(List<X509Certificate> certificates) -> certificates;
      case PemList.Refused<X509Certificate>(String why) -> {
        reading.secretError(field, why, "give the CA's certificates as PEM CERTIFICATE blocks");
        yield List.of();
      }
    };
  }
}
