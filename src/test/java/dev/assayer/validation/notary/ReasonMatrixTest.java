package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.addressed;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.file;
import static dev.assayer.validation.notary.NotaryRig.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.demo.Fault;
import dev.assayer.demo.NotaryServer;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.Edit;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each reason that this room can give, with one way to it. */
class ReasonMatrixTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";
  private static final Path ROOM = Path.of("src/main/java/dev/assayer/validation/notary");

  /** Given by the remote room and passed on. */
  private static final Set<Reason> FROM_THE_WIRE =
      EnumSet.of(
          Reason.UPSTREAM_UNREACHABLE,
          Reason.UPSTREAM_ERROR,
          Reason.UPSTREAM_MALFORMED,
          Reason.UPSTREAM_TIMEOUT,
          Reason.RATE_LIMITED,
          Reason.AUTH_FAILED,
          Reason.REDIRECT_BLOCKED,
          Reason.TLS_FAILED,
          Reason.TOO_LARGE);

  @FunctionalInterface
  private interface Way {
    ValidationResult to(NotaryRig rig, SignedRepository repository) throws Exception;
  }

  private final Map<Reason, Way> ways = new EnumMap<>(Reason.class);

  ReasonMatrixTest() {
    whatIsNotSigned();
    whoSigned();
    chain();
    delegations();
    wire();
  }

  @TestFactory
  Stream<DynamicTest> eachReasonIsReached() {
    return ways.entrySet().stream()
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.getKey().code(),
                () -> {
                  try (NotaryRig rig = new NotaryRig()) {
                    SignedRepository repository = rig.repository(GUN);
                    assertTrusted(rig.verify(IMAGE), DIGEST);
                    assertRefused(entry.getValue().to(rig, repository), entry.getKey());
                  }
                }));
  }

  @Test
  void theMatrixHasEveryReasonThatTheRoomGives() throws IOException {
    Set<Reason> given = EnumSet.copyOf(FROM_THE_WIRE);
    Pattern name = Pattern.compile("Reason\\.([A-Z_]+)");
    try (Stream<Path> sources = Files.list(ROOM)) {
      for (Path source : sources.toList()) {
        Matcher matcher = name.matcher(Files.readString(source));
        while (matcher.find()) {
          given.add(Reason.valueOf(matcher.group(1)));
        }
      }
    }
    // Only for what cannot happen: a defect of ours, or marks that change faster than they are
    // read.
    given.remove(Reason.INTERNAL_ERROR);
    assertThat(ways.keySet()).containsExactlyInAnyOrderElementsOf(given);
  }

  private void whatIsNotSigned() {
    ways.put(
        Reason.NO_TRUST_DATA, (rig, repository) -> rig.verify("registry.example.com/acme/x:1"));
    ways.put(Reason.TAG_NOT_SIGNED, (rig, repository) -> rig.verify(GUN + ":2.0"));
    ways.put(Reason.UNSIGNED, (rig, repository) -> rig.verify(GUN + "@" + OTHER_DIGEST));
    ways.put(
        Reason.TAG_DIGEST_CONFLICT, (rig, repository) -> rig.verify(IMAGE + "@" + OTHER_DIGEST));
    ways.put(
        Reason.METADATA_MISSING,
        (rig, repository) -> {
          repository.withhold("timestamp.json");
          return rig.withoutMemory().verify(IMAGE);
        });
  }

  private void whoSigned() {
    ways.put(
        Reason.SIGNATURE_INVALID,
        (rig, repository) -> {
          repository.targets().signers(key());
          return published(rig, repository);
        });
    ways.put(
        Reason.KEY_NOT_TRUSTED,
        (rig, repository) -> rig.pin("default", key().publicKeyPem()).verify(IMAGE));
    ways.put(
        Reason.KEY_NOT_ALLOWED,
        (rig, repository) -> {
          repository.targets().keys(TufKey.bare(weak()));
          return published(rig, repository);
        });
    ways.put(
        Reason.ALGORITHM_NOT_ALLOWED,
        (rig, repository) -> {
          repository.targets().editSignatures(s -> List.of(s.getFirst().withMethod("rsapss")));
          return published(rig, repository);
        });
    ways.put(
        Reason.THRESHOLD_NOT_MET,
        (rig, repository) -> {
          repository.targets().threshold(2);
          return published(rig, repository);
        });
    ways.put(
        Reason.TOO_MANY_SIGNATURES,
        (rig, repository) -> {
          repository.targets().editSignatures(s -> Collections.nCopies(129, s.getFirst()));
          return published(rig, repository);
        });
    ways.put(
        Reason.ROOT_CHAIN,
        (rig, repository) -> {
          TufKey other = TufKey.x509(KeyKind.ECDSA_P256, GUN);
          repository.role("root").keys(other).signers(other);
          return published(rig, repository);
        });
    ways.put(
        Reason.GUN_MISMATCH,
        (rig, repository) -> {
          rig.server.add("registry.example.com/acme/b", repository);
          return rig.verify("registry.example.com/acme/b:1.0");
        });
  }

  private static java.security.KeyPair weak() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    return generator.generateKeyPair();
  }

  private static ValidationResult published(NotaryRig rig, SignedRepository repository) {
    repository.publish();
    return rig.verify(IMAGE);
  }

  private void chain() {
    ways.put(
        Reason.METADATA_EXPIRED,
        (rig, repository) -> {
          repository.role("snapshot").lifetime(Duration.ofDays(-1));
          return published(rig, repository);
        });
    ways.put(
        Reason.METADATA_MALFORMED,
        (rig, repository) -> {
          repository.targets().editSigned(Edit.set(Json.of("targets"), "_type"));
          return published(rig, repository);
        });
    ways.put(
        Reason.ROLLBACK,
        (rig, repository) -> {
          Map<String, byte[]> old = repository.publish();
          repository.publish();
          assertTrusted(rig.verify(IMAGE), DIGEST);
          repository.serveOnly(old);
          return rig.verify(IMAGE);
        });
    ways.put(
        Reason.EQUIVOCATION,
        (rig, repository) -> {
          repository.targets().version(1).target("1.0", OTHER_DIGEST, 528);
          return published(rig, repository);
        });
    ways.put(
        Reason.MIX_AND_MATCH,
        (rig, repository) -> {
          byte[] old = file(repository, "targets.json");
          repository.targets().target("2.0", OTHER_DIGEST, 528);
          repository.publish();
          repository.serve(addressed("targets", file(repository, "targets.json")), old);
          repository.serve("targets.json", old);
          return rig.verify(IMAGE);
        });
    ways.put(
        Reason.HASH_MISMATCH,
        (rig, repository) -> {
          repository.targets().target("2.0", OTHER_DIGEST, 528);
          byte[] targets = repository.publish().get("targets.json");
          repository.serve(addressed("targets", targets), Edit.flipBit(-9).apply(targets));
          repository.serve("targets.json", Edit.flipBit(-9).apply(targets));
          return rig.verify(IMAGE);
        });
    ways.put(
        Reason.HASH_UNSUPPORTED,
        (rig, repository) -> {
          JsonObject md5 = JsonObject.builder().put("md5", "AAAA").build();
          repository.role("timestamp").editSigned(Edit.set(md5, "meta", "snapshot", "hashes"));
          return published(rig, repository);
        });
    ways.put(
        Reason.LENGTH_MISMATCH,
        (rig, repository) -> {
          repository
              .role("timestamp")
              .editSigned(Edit.set(Json.of(1), "meta", "snapshot", "length"));
          return published(rig, repository);
        });
  }

  private void delegations() {
    ways.put(Reason.CONFIG_ERROR, (rig, repository) -> rig.verify(IMAGE, "Not A Name"));
    ways.put(Reason.DELEGATION_MISSING, (rig, repository) -> rig.verify(IMAGE, "lou"));
    ways.put(
        Reason.DELEGATIONS_DISAGREE,
        (rig, repository) -> {
          repository.delegate("targets/lou", key()).target("1.0", DIGEST, 528);
          repository.delegate("targets/max", key()).target("1.0", OTHER_DIGEST, 528);
          repository.publish();
          return rig.verify(IMAGE, "lou", "max");
        });
    ways.put(
        Reason.DELEGATION_NOT_AUTHORISED,
        (rig, repository) -> {
          repository.delegate("targets/lou", key()).paths("2.").target("1.0", DIGEST, 528);
          repository.publish();
          return rig.verify(IMAGE, "lou");
        });
  }

  private void wire() {
    ways.put(
        Reason.UPSTREAM_UNREACHABLE,
        (rig, repository) -> {
          rig.server.stop();
          return rig.verify(IMAGE);
        });
    ways.put(Reason.UPSTREAM_ERROR, fault(Fault.status(500)));
    ways.put(Reason.RATE_LIMITED, fault(Fault.status(429)));
    ways.put(Reason.AUTH_FAILED, fault(Fault.status(403)));
    ways.put(Reason.TOO_LARGE, fault(Fault.endless(0)));
    ways.put(Reason.UPSTREAM_MALFORMED, fault(Fault.truncated(new byte[] {'{'}, 10)));
    ways.put(
        Reason.REDIRECT_BLOCKED,
        fault(Fault.reply(302, Map.of("Location", "https://evil.example/"), new byte[0])));
    ways.put(
        Reason.TLS_FAILED, (rig, repository) -> rig.trustCa(DemoCa.create().pem()).verify(IMAGE));
    ways.put(
        Reason.UPSTREAM_TIMEOUT,
        (rig, repository) -> {
          rig.server.fault("*", Fault.hang());
          return rig.verifyWithin(Duration.ofMillis(500), IMAGE);
        });
    ways.put(
        Reason.DEADLINE_EXCEEDED,
        (rig, repository) -> {
          CountDownLatch asked = new CountDownLatch(1);
          rig.server.fault(
              "*",
              (exchange, honest) -> {
                asked.countDown();
                Thread.sleep(1500);
                honest.handle(exchange);
              });
          NotaryValidator validator = rig.validator();
          var request = rig.request(IMAGE);
          Thread leader =
              Thread.ofVirtual()
                  .start(() -> {
                    var _ =
                        NotaryRig.validate(validator, request, Deadline.after(NotaryRig.BUDGET));
                  });
          asked.await();
          ValidationResult result =
              NotaryRig.validate(validator, request, Deadline.after(Duration.ofMillis(200)));
          leader.join();
          return result;
        });
  }

  private static Way fault(Fault fault) {
    return (rig, repository) -> {
      rig.server.fault(NotaryServer.path(GUN, "timestamp.json"), fault);
      return rig.verify(IMAGE);
    };
  }
}
