package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schema, reader and reference page say the same. */
class SchemaTest {
  @TempDir Path directory;

  private static final String EVERY_FIELD =
      """
      apiVersion: assayer.dev/v1
      webhook: {tls: {certificateFile: a, keyFile: b}}
      state: {type: valkey, uri: "rediss://v"}
      audit: {publish: {webhook: {url: "https://k"}, witness: {url: "https://w", key: k}}}
      validators:
        - {name: a, type: notaryV1, host: h, auth: {secretName: s}, trustRoots: [{name: a, keyFile: a.pub}]}
        - {name: b, type: cosign, trustRoots: [{name: b, keyless: {issuer: i, subject: s}}]}
        - {name: c, type: notation, trustRoots: [{name: c, certificate: x}]}
        - {name: d, type: static, approve: false}
      policy: [{pattern: x}]
      alerting: {admit: {receivers: [{}]}, reject: {receivers: [{}]}}
      """;

  private Set<String> known() {
    Reading reading = new Reading("config.yaml", new ReferencedFiles(directory));
    ConfigLoader.read(EVERY_FIELD, EVERY_FIELD.getBytes(StandardCharsets.UTF_8), reading);
    return new TreeSet<>(reading.knownFields());
  }

  @Test
  void theSchemaHasEveryFieldOfTheReaderAndNoOther() throws IOException {
    Set<String> schema = new TreeSet<>();
    SchemaDocument.load().fields().forEach(field -> schema.add(field.path()));
    assertThat(schema).isEqualTo(known());
  }

  @Test
  void everyFieldIsDescribed() throws IOException {
    assertThat(SchemaDocument.load().fields())
        .hasSizeGreaterThan(80)
        .allSatisfy(field ->
            assertThat(field.description()).as(field.path()).hasSizeGreaterThan(5).endsWith("."));
  }

  @Test
  void noObjectOfTheSchemaLetsUnknownFieldsThrough() throws IOException {
    assertThat(SchemaDocument.load().openObjects()).isEmpty();
  }

  @Test
  void theReferencePageIsTheSchemaAsATable() throws IOException {
    String page = Files.readString(Path.of("docs/configuration.md"));
    assertThat(page)
        .as("the table of docs/configuration.md; replace it by the one expected here")
        .contains(SchemaDocument.load().table());
  }
}
