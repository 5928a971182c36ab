package dev.assayer.config;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.TrustMaterial;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code trustRoots}. A broken one stays in the list with a stand-in, so that rules which
 * name it are not reported too; the error keeps the list from ever being used.
 */
final class TrustRootReader {
  private static final RootMaterial STAND_IN = new RootMaterial.Keyless("", "");

  private final Set<String> forms;
  private final Reading reading;

  /**
   * @param forms which of {@code key}, {@code keyFile}, {@code certificate}, {@code keyless} the
   *     validator takes
   */
  TrustRootReader(Set<String> forms, Reading reading) {
    this.forms = forms;
    this.reading = reading;
  }

  List<TrustRoot> read(MappingReader validator) {
    List<TrustRoot> roots = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    for (MappingReader section : validator.sections("trustRoots")) {
      String name = EntryName.read(section, "trust root", lines);
      RootMaterial material = material(section, Shown.quoted(name)).orElse(STAND_IN);
      section.done();
      roots.add(new TrustRoot(name, section.field().line(), material));
    }
    return roots;
  }

  private Optional<RootMaterial> material(MappingReader section, String name) {
    List<String> known = List.of("key", "keyFile", "certificate", "keyless");
    List<String> accepted = known.stream().filter(forms::contains).toList();
    List<String> present = accepted.stream().filter(section::has).toList();
    List<Field> values = new ArrayList<>();
    accepted.forEach(form -> section.value(form).ifPresent(values::add));
    List<MappingReader.Text> identities =
        forms.contains("identities") ? section.texts("identities") : List.of();
    String choice = String.join(", ", accepted);
    if (present.isEmpty()) {
      reading.secretError(
          section.field(), "trusts nothing: a trust root needs one of " + choice, "add it");
      return Optional.empty();
    }
    if (present.size() > 1) {
      reading.secretError(
          section.field(), "has " + String.join(" and ", present), "keep one of them");
      return Optional.empty();
    }
    return values.stream()
        .findFirst()
        .flatMap(value ->
            switch (present.getFirst()) {
              case "key" -> Scalars.secret(value, reading).flatMap(pem -> key(value, pem, name));
              case "keyFile" -> keyFile(value, name);
              case "certificate" ->
                  Scalars.secret(value, reading)
                      .flatMap(pem -> certificate(value, pem, name, identities));
              default -> Scalars.mapping(value, reading).flatMap(this::keyless);
            });
  }

  private Optional<RootMaterial> keyFile(Field field, String rootName) {
    Optional<Path> file = Scalars.file(field, reading);
    if (file.isEmpty() || !(field.node() instanceof YamlNode.Scalar name)) {
      return Optional.empty();
    }
    return switch (reading.files().read(name.text(), file.get())) {
      case ReferencedFiles.Unreadable(String why) -> {
        reading.error(
            field,
            "file " + Shown.quoted(name.text()) + " " + why,
            "name a readable file, relative to the configuration file's directory");
        yield Optional.empty();
      }
      case ReferencedFiles.Read(byte[] bytes) -> {
        Optional<String> pem = utf8(bytes);
        if (pem.isEmpty()) {
          reading.error(
              field,
              "file " + Shown.quoted(name.text()) + " is not text",
              "convert it: openssl pkey -pubin -inform DER -in FILE");
        }
        yield pem.flatMap(text -> key(field, text, rootName));
      }
    };
  }

  private static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException binary) {
      return Optional.empty();
    }
  }

  private Optional<RootMaterial> key(Field field, String pem, String name) {
    return switch (Pem.publicKeyOrCertificate(pem)) {
      case TrustMaterial.BareKey(var key) -> Optional.of(new RootMaterial.Key(key));
      case TrustMaterial.Certificate _ -> {
        reading.secretError(
            field,
            "trust root " + name + " holds a certificate where a public key is expected",
            "write it under certificate:");
        yield Optional.empty();
      }
      case TrustMaterial.Refused(_, String why) -> refused(field, name, why);
    };
  }

  private Optional<RootMaterial> certificate(
      Field field, String pem, String name, List<MappingReader.Text> identities) {
    return switch (Pem.publicKeyOrCertificate(pem)) {
      case TrustMaterial.Certificate(var certificate, var key) ->
          Optional.of(
              new RootMaterial.Certificate(certificate, key, MappingReader.Text.all(identities)));
      case TrustMaterial.BareKey _ -> {
        reading.secretError(
            field,
            "trust root " + name + " holds a public key where a certificate is expected",
            forms.contains("key") ? "write it under key:" : "write the signer's certificate");
        yield Optional.empty();
      }
      case TrustMaterial.Refused(_, String why) -> refused(field, name, why);
    };
  }

  private Optional<RootMaterial> refused(Field field, String name, String why) {
    reading.secretError(
        field,
        "trust root " + name + " is refused: " + why,
        "give one PEM block with a P-256, P-384, P-521, Ed25519 or RSA (2048 to 8192 bits) key");
    return Optional.empty();
  }

  private Optional<RootMaterial> keyless(MappingReader section) {
    RootMaterial keyless =
        new RootMaterial.Keyless(
            section.requiredText("issuer", "issuer: https://token.actions.githubusercontent.com"),
            section.requiredText("subject", "subject: https://github.com/acme/app/…"));
    section.done();
    return Optional.of(keyless);
  }
}
