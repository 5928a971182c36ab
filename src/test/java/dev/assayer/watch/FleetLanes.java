package dev.assayer.watch;

import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.SignedRepository;
import dev.assayer.server.StartRefused;
import dev.assayer.testing.AlteredCode;
import dev.assayer.testing.RawHttp;
import dev.assayer.testing.RealValkey;
import java.io.IOException;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Several replicas, what they share, and one in a process of its own. */
final class FleetLanes {
  private static final Pattern DIGEST = Pattern.compile("has the digest (sha256:[0-9a-f]{64})");

  private static final String REVIEWS = "dev.assayer.telemetry.ReviewMetrics";

  private static final Duration PACE_HOUR = Site.PACE.of(Duration.ofHours(1));

  private FleetLanes() {}

  /** Two that must agree, of which one may decide only by a pinned policy. */
  static Lane replicas(Site site) {
    site.standing("AssayerSelfIntegrity", "AssayerExemptionsHigh");
    LiveReplica one = site.replica("a").alike().start(ServiceLanes.APPROVING, Map.of());
    LiveReplica other = site.replica("b").alike().start(ServiceLanes.APPROVING, Map.of());
    LiveReplica pinned = site.replica("c").alike();
    pinned.start(
        ServiceLanes.APPROVING,
        Map.of("ASSAYER_CONFIG_SHA256", digestOf(site.replica("probe").alike())));
    site.load(TrustLanes.PAUSE, () -> one.create(TrustLanes.SIGNED))
        .load(TrustLanes.PAUSE, () -> other.create(TrustLanes.SIGNED))
        .watched(one.target(), other.target(), pinned.target());
    return Lane.on(site)
        .fault(
            FaultKind.REPLICA_WITH_ANOTHER_POLICY,
            () -> other.write(ServiceLanes.APPROVING.replace("\"*:*\"", "\"*/*:*\"")),
            () -> other.write(ServiceLanes.APPROVING))
        .fault(
            FaultKind.PINNED_POLICY_REPLACED,
            () -> pinned.write(ServiceLanes.APPROVING.replace("true", "false")),
            () -> pinned.write(ServiceLanes.APPROVING))
        .fault(FaultKind.REPLICA_KILLED, other::close, other::start);
  }

  /** The digest of the policy, as the refusal of a wrong pin tells it. */
  private static String digestOf(LiveReplica probe) {
    try {
      probe.start(ServiceLanes.APPROVING, Map.of("ASSAYER_CONFIG_SHA256", "0".repeat(64)));
      throw new AssertionError("started with a wrong pin");
    } catch (StartRefused refused) {
      Matcher found = DIGEST.matcher(String.valueOf(refused.getMessage()));
      if (!found.find()) {
        throw new AssertionError("no digest in the refusal", refused);
      }
      return found.group(1);
    }
  }

  /** An hour of everyday work: a new policy, a renewed certificate, a replica that moves. */
  static Lane hour(Site site) {
    site.standing("AssayerSelfIntegrity");
    NotaryServer notary = site.closing(NotaryServer.start(LiveReplica.CA.identity()));
    SignedRepository repository = TrustLanes.signed();
    notary.add(repository);
    String yaml = TrustLanes.trusting(notary.baseHost(), notary.caPem(), repository);
    LiveReplica one = site.replica("a").alike().start(yaml, Map.of());
    LiveReplica other = site.replica("b").alike().start(yaml, Map.of());
    site.load(TrustLanes.PAUSE, () -> one.create(TrustLanes.SIGNED))
        .load(TrustLanes.PAUSE, () -> other.create(TrustLanes.SIGNED))
        .watched(one.target(), other.target());
    return Lane.quiet(
        site,
        PACE_HOUR,
        () -> {
          Site.sleep(Duration.ofSeconds(15));
          one.restart();
          repository.publish();
          one.show(LiveReplica.CA.identity());
          other.show(LiveReplica.CA.identity());
          String next = yaml + "  - {pattern: \"registry.example/more/*:*\", verify: false}\n";
          one.write(next);
          other.write(next);
        });
  }

  /** A store that is shared. */
  static Lane store(Site site) throws IOException {
    site.standing("AssayerSelfIntegrity");
    NotaryServer notary = site.closing(NotaryServer.start(LiveReplica.CA.identity()));
    SignedRepository repository = TrustLanes.signed();
    notary.add(repository);
    RealValkey valkey = site.closing(RealValkey.start(site.folder("valkey")));
    LiveReplica replica = site.replica("a");
    Files.write(replica.directory().resolve("hmac.key"), new byte[32]);
    String state =
        """
        state:
          type: valkey
          uri: %s
          passwordFile: %s
          hmacKeyFile: hmac.key
          ca: |
        %s\
        """
            .formatted(valkey.uri(), valkey.passwordFile(), valkey.caPem().indent(4));
    replica.start(
        state + TrustLanes.trusting(notary.baseHost(), notary.caPem(), repository), Map.of());
    site.load(TrustLanes.PAUSE, () -> replica.create(TrustLanes.SIGNED)).watched(replica.target());
    return Lane.on(site)
        .fault(FaultKind.STORE_KILLED, valkey::stop, valkey::again)
        .fault(
            FaultKind.STORE_WRITTEN_BY_ANOTHER,
            () -> {
              for (String key : valkey.cli("keys", "*").split("\n", -1)) {
                if (!key.isBlank()) {
                  valkey.cli("set", key.strip(), "1 - forged {\"epoch\":9,\"marks\":{}}");
                }
              }
              replica.restart();
            },
            () -> {
              valkey.cli("flushdb");
              replica.restart();
            });
  }

  /** A process of its own with few descriptors; the shipped rules see it as it would run. */
  static Lane process(Site site) throws IOException {
    OwnProcess process = own(site);
    HeldDescriptors held = site.closing(new HeldDescriptors(process));
    return Lane.on(site)
        .fault(
            FaultKind.PROCESS_HANGS, () -> process.signal("-STOP"), () -> process.signal("-CONT"))
        .fault(FaultKind.DESCRIPTORS_USED_UP, held::open, held::close)
        .fault(
            FaultKind.OPTIONS_FOR_THE_JVM,
            () -> process.roll(Map.of("JAVA_TOOL_OPTIONS", "-Dsomebody=else")),
            process::roll);
  }

  /**
   * A process whose code somebody altered. Its classes lie in no jar, so nothing but what it does
   * can tell.
   */
  static Lane altered(Site site) throws IOException {
    OwnProcess process = own(site);
    return Lane.on(site)
        .fault(
            FaultKind.SIGNATURES_NOT_CHECKED,
            () ->
                process.roll(
                    AlteredCode.of(
                        site.folder("unchecked"),
                        SignatureVerifier.class.getName(),
                        "verify",
                        code -> code.iconst_1().ireturn())),
            process::roll)
        .fault(
            FaultKind.DECISIONS_NOT_COUNTED,
            () ->
                process.roll(
                    AlteredCode.of(
                        site.folder("uncounted"), REVIEWS, "decided", FleetLanes::onlyEnd)),
            process::roll);
  }

  /** The review is over, and is counted as nothing. */
  private static void onlyEnd(CodeBuilder code) {
    ClassDesc level = ClassDesc.of("dev.assayer.telemetry.Level");
    code.aload(0)
        .getfield(ClassDesc.of(REVIEWS), "inFlight", level)
        .loadConstant(-1.0)
        .invokevirtual(
            level, "add", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_double))
        .return_();
  }

  private static OwnProcess own(Site site) throws IOException {
    site.standing("AssayerExemptionsHigh");
    OwnProcess process = site.closing(new OwnProcess(site, ServiceLanes.APPROVING));
    process.roll();
    site.load(TrustLanes.PAUSE, () -> process.front().create(TrustLanes.SIGNED))
        .watched(process.front().target());
    return process;
  }

  /** Connections that are kept, each after a decision, as an API server keeps them. */
  private static final class HeldDescriptors implements AutoCloseable {
    /** Above the bound of the alert, with room for those who ask and scrape. */
    private static final double SHARE = 0.88;

    private final OwnProcess process;
    private final List<RawHttp> open = new ArrayList<>();

    HeldDescriptors(OwnProcess process) {
      this.process = process;
    }

    void open() throws IOException {
      while (process.descriptors() < SHARE * OwnProcess.DESCRIPTORS) {
        open.add(process.files().keptAfter(TrustLanes.SIGNED));
      }
    }

    @Override
    public void close() {
      open.forEach(RawHttp::close);
      open.clear();
    }
  }
}
