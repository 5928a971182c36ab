package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Evidence;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.Signer;
import dev.assayer.decision.Stage;
import dev.assayer.decision.Timing;
import dev.assayer.decision.TraceRef;
import dev.assayer.decision.TraceRef.Sampling;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DecisionRecordTest {
  private static final Instant TIME = Instant.parse("2026-11-22T01:20:31.482123Z");

  @Test
  void aVerifiedImageIsWrittenWithEverythingAnAuditorAsks() throws JsonException {
    assertThat(
            read(
                DecisionRecord.line(
                    decision(
                        verified(), Optional.of(new TraceRef("4bf9", "00f0", Sampling.PROBLEMS))))))
        .isEqualTo(
            object(
                """
                {"schema":"assayer.decision/1","cluster":"prod","seq":41207,
                 "time":"2026-11-22T01:20:31.482Z","record_id":"0193","service":
                 {"name":"assayer","version":"0.1.0","instance":"assayer-0"},
                 "request":{"uid":"u","operation":"CREATE","kind":"Pod","api_version":"v1",
                  "namespace":"shop","name":"cart","dry_run":true,
                  "owner":{"api_version":"apps/v1","kind":"ReplicaSet","name":"cart-1","uid":"u-1",
                   "confirmed":false},
                  "endpoint":"mutate","caller":"anonymous"},
                 "user":{"name":"dana","groups":["devs"]},
                 "outcome":"allowed","verdict":"verified","mode":"enforce",
                 "reason":"signature_valid","detail":"","duration_ms":84,"deadline_ms":9500,
                 "policy":{"digest":"sha256:aa","trust_root_digest":"sha256:bb",
                 "scope":"","revoked_keys":"","generation":2,"evidence":null},
                 "images":[{"container":"app","container_type":"container","requested":"app",
                  "normalised":"docker.io/library/app:latest","digest":"sha256:cc","patched":true,
                  "rule":{"pattern":"docker.io/*:*","index":3,"matched_over":["*:*"],
                  "demand":"","via":[]},
                  "validators":[{"name":"default","type":"notaryV1","upstream":"n.example"}],
                  "verdict":"verified","mode":"enforce","reason":"signature_valid","detail":"",
                  "signers":[{"role":"targets/lou","key_id":"ab","algorithm":"ecdsa-p256",
                   "first_seen":false}],
                  "trust":{"root_keys":["default"],"first_use":false,"freshness":"memory",
                   "age_ms":1500,"expires":"2027-01-01T00:00:00.000Z","chain":[
                   {"role":"root","version":1,"expires":"2030-01-01T00:00:00.000Z","threshold":1,
                    "signed_by":["ab"],"sha256":"ee"},
                   {"role":"timestamp","version":310,"expires":"2027-01-01T00:00:00.000Z",
                    "threshold":1,"signed_by":["cd"],"sha256":"ff"}]},
                  "timing":{"start_ms":-2,"duration_ms":43,"shared":true},
                  "stages":[{"name":"timestamp","dependency":"n.example","start_ms":0.5,
                   "duration_ms":42.125,"open":false,"note":"304"}],
                  "warnings":["w"],"evidence":[
                   {"sha256":"ee","length":7,"kept":false,"validator":"default","role":"root",
                    "version":1},
                   {"sha256":"ff","length":9,"kept":false,"validator":"default",
                    "role":"timestamp","version":310}]}],
                 "stages":[{"name":"review.parse","dependency":null,"start_ms":0,"duration_ms":1,
                  "open":false,"note":"512 bytes"}],
                 "trace":{"trace_id":"4bf9","span_id":"00f0","sampled":false}}
                """));
  }

  @Test
  void whatIsNotKnownIsNull() throws JsonException {
    JsonObject record = read(DecisionRecord.line(decision(invalid("x"), Optional.empty())));
    JsonObject image =
        record
            .get("images")
            .orElseThrow()
            .asArray()
            .orElseThrow()
            .values()
            .getFirst()
            .asObject()
            .orElseThrow();
    for (String name : List.of("normalised", "digest", "rule", "trust")) {
      assertThat(image.get(name).orElseThrow().kind()).as(name).isEqualTo("null");
    }
    assertThat(record.get("trace").orElseThrow().kind()).isEqualTo("null");
  }

  @Test
  @DisplayName("JSN-08 a record is one line and shows hostile characters escaped")
  void hostileTextCannotForgeALine() throws JsonException {
    String hostile = "a\n{\"forged\":1}\r\u2028\u202e\u0000\ud800\u001b[2J";
    String line = DecisionRecord.line(decision(invalid(hostile), Optional.empty()));
    assertThat(line.chars()).allMatch(c -> c >= 0x20 && c < 0x7f);
    assertThat(line).contains("\\u202e");
    assertThat(
            read(line)
                .get("images")
                .orElseThrow()
                .asArray()
                .orElseThrow()
                .values()
                .getFirst()
                .asObject()
                .orElseThrow()
                .get("requested"))
        .contains(Json.of(hostile));
  }

  private static JsonObject read(String line) throws JsonException {
    assertThat(line).doesNotContain("\n");
    return object(line);
  }

  private static JsonObject object(String text) throws JsonException {
    return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), JsonLimits.text(1 << 20))
        .asObject()
        .orElseThrow();
  }

  private static Decision decision(ImageDecision image, Optional<TraceRef> trace) {
    return new Decision(
        "0193",
        TIME,
        41207,
        Duration.ofMillis(9500),
        Duration.ofMillis(84),
        new Decision.Service("0.1.0", "prod", "assayer-0"),
        new Decision.Request(
            "u",
            "anonymous",
            "mutate",
            "CREATE",
            "v1",
            "Pod",
            "shop",
            "cart",
            Optional.of(Decision.Owner.claimed("apps/v1", "ReplicaSet", "cart-1", "u-1")),
            true,
            "dana",
            List.of("devs")),
        image.verdict().admits() ? Outcome.ALLOWED : Outcome.DENIED,
        image.verdict(),
        image.reason(),
        "",
        Mode.ENFORCE,
        "sha256:aa",
        "sha256:bb",
        2,
        trace,
        List.of(
            new Stage(
                "review.parse",
                Optional.empty(),
                Duration.ZERO,
                Duration.ofMillis(1),
                false,
                Optional.of("512 bytes"))),
        List.of(image));
  }

  private static ImageDecision verified() {
    return new ImageDecision(
        "app",
        "container",
        "app",
        Optional.of("docker.io/library/app:latest"),
        Optional.of("sha256:cc"),
        true,
        Optional.of(new RuleRef(3, "docker.io/*:*", List.of("*:*"))),
        List.of(new ValidatorRef("default", "notaryV1", "n.example")),
        Reason.SIGNATURE_VALID.verdict(),
        Reason.SIGNATURE_VALID,
        Mode.ENFORCE,
        "",
        List.of(new Signer("targets/lou", "ab", "ecdsa-p256", false)),
        Optional.of(
            new TrustFacts(
                List.of("default"),
                List.of(
                    new RoleTrust(
                        "root", 1, Instant.parse("2030-01-01T00:00:00Z"), 1, List.of("ab"), "ee"),
                    new RoleTrust(
                        "timestamp",
                        310,
                        Instant.parse("2027-01-01T00:00:00Z"),
                        1,
                        List.of("cd"),
                        "ff")),
                "memory",
                Optional.of(Duration.ofMillis(1500)),
                false)),
        Optional.of(new Timing(Duration.ofMillis(-2), Duration.ofNanos(43_000_000), true)),
        List.of(
            new Stage(
                "timestamp",
                Optional.of("n.example"),
                Duration.ofNanos(500_000),
                Duration.ofNanos(42_125_000),
                false,
                Optional.of("304"))),
        List.of("w"),
        List.of(
            new Evidence("default", "root", 1, "ee", new byte[7]),
            new Evidence("default", "timestamp", 310, "ff", new byte[9])));
  }

  private static ImageDecision invalid(String requested) {
    return new ImageDecision(
        "app",
        "container",
        requested,
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        List.of(),
        Reason.REFERENCE_INVALID.verdict(),
        Reason.REFERENCE_INVALID,
        Mode.ENFORCE,
        "wrong",
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of());
  }
}
