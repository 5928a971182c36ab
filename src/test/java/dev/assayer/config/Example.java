package dev.assayer.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;

/** The example of the design with generated keys: a file that uses every section. */
final class Example {

  private Example() {}

  /** Writes the example and the files it refers to. */
  static Path write(Path directory) throws IOException {
    KeyPair pair = Keys.p256();
    Files.writeString(directory.resolve("sample.pub"), Keys.publicPem(pair));
    Files.writeString(directory.resolve("trusted_root.json"), "{}");
    Path file = directory.resolve("config.yaml");
    Files.writeString(file, text(pair));
    return file;
  }

  private static String text(KeyPair pair) {
    String key = Keys.publicPem(pair);
    String certificate = Keys.certificatePem(pair);
    return """
    apiVersion: assayer.dev/v1
    cluster: staging-eu                # default "not specified"
    webhook: {address: 0.0.0.0, port: 8443, tls: {certificateFile: tls.crt, keyFile: tls.key}, maxConcurrent: 256, maxInFlightBytes: 32Mi}
    admin: {address: 0.0.0.0, port: 9090}
    page: {address: 127.0.0.1, port: 9091}
    audit: {directory: audit, keyFile: audit.key, required: true, fsync: true, retention: {age: 90d, size: 5Gi}}
    state: {type: memory}              # memory | kubernetes | valkey
    freshness: {timestampMaxAge: 30s}
    readiness: {notary: gate}
    grace: {maxAge: 0s}
    detectionMode: false
    mutation: workloads
    automaticChildApproval: {enabled: true}
    revoked: {digests: [], keyIds: []}
    liveness: {notary: false}
    namespaces: {ignoreLabel: assayer.dev/ignore, validateLabel: assayer.dev/validate, mode: ignore}
    unknownKinds: deny
    registries: []
    reverification: {enabled: false, interval: 1h, policyReports: false}
    validators:
      - name: default
        type: notaryV1
        host: notary.example.com
        trustRoots:
          - name: default
            key: {KEY12}
        allowUnboundRoot: false
        ca: {CERTIFICATE8}
        auth: {secretName: notary-creds}
        healthCheck: true
      - name: ci
        type: cosign
        trustRoots:
          - name: default
            key: {KEY12}
        transparencyLog: {required: false}
      - {name: gh, type: cosign, trustRoots: [{name: release, keyless: {issuer: "https://token.example", subject: "https://github.com/acme"}}], trustedRootFile: trusted_root.json}
      - name: partner
        type: notation
        level: strict
        trustRoots:
          - name: acme
            identities: ["x509.subject: O=Acme"]
            certificate: {CERTIFICATE12}
      - name: sample-notary
        type: notaryV1
        host: notary.sample.example
        trustRoots: [{name: sample-key, keyFile: sample.pub}]
      - {name: allow, type: static, approve: true}   # needs no trust root
    policy:
      - pattern: "*:*"
      - pattern: "registry.k8s.io/*:*"
        verify: false
      - pattern: "sample.registry.io/image:*"
        validator: sample-notary
        trustRoot: sample-key
        delegations: [lou, max]
      - pattern: "corp.example/migrating/*:*"
        allOf: [default, ci]
        namespaces: [shop, "team-*"]
        mode: audit
    alerting:
      reject:
        receivers: [{template: slack, url: "https://hooks.example/x", priority: 3, headers: {A: b}, payloadFields: {c: d}, failAdmission: false}]
    """
        .replace("{KEY12}", Keys.block(key, 10))
        .replace("{CERTIFICATE8}", Keys.block(certificate, 6))
        .replace("{CERTIFICATE12}", Keys.block(certificate, 10));
  }
}
