package dev.assayer.validation.notary;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.assayer.decision.Reason;
import java.util.List;
import java.util.Map;

/** Whatever bytes a server sends, the parser answers or refuses with a reason of its own. */
class MetadataFuzzTest {
  private static final List<String> ROLES =
      List.of("root", "timestamp", "snapshot", "targets", "targets/releases");

  @FuzzTest
  void nothingButARefusalEscapes(byte[] file) {
    for (String role : ROLES) {
      try {
        Envelope envelope = Envelope.parse(file, role);
        RoleFile parsed = MetadataParser.parse(envelope, role);
        assertThat(parsed.version()).isPositive();
        for (RoleKeys keys : keysIn(parsed)) {
          assertThat(keys.threshold()).isPositive();
          keys.keys().forEach((id, key) -> assertThat(id).isEqualTo(key.id()));
          signatures(envelope, keys);
        }
      } catch (TrustException refused) {
        refused(refused);
      }
    }
  }

  private static List<RoleKeys> keysIn(RoleFile file) {
    return switch (file) {
      case RoleFile.Root root -> List.copyOf(root.roles().values());
      case RoleFile.Targets targets ->
          targets.delegations().values().stream().map(Delegation::keys).toList();
      case RoleFile.Timestamp _, RoleFile.Snapshot _ -> List.of();
    };
  }

  private static void signatures(Envelope envelope, RoleKeys keys) {
    try {
      List<TufKey> signedBy =
          new Signatures(NotaryRig.SIGNATURES, java.util.Set.of()).require(envelope, keys);
      assertThat(signedBy).hasSizeGreaterThanOrEqualTo(keys.threshold());
      assertThat(Map.copyOf(keys.keys()).values()).containsAll(signedBy);
    } catch (TrustException refused) {
      refused(refused);
    }
  }

  private static void refused(TrustException refused) {
    assertThat(refused.reason()).isNotEqualTo(Reason.INTERNAL_ERROR);
    assertThat(refused.detail()).isNotBlank().hasSizeLessThan(1000);
    assertThat(refused.detail().replace("…", "").chars()).allMatch(c -> c >= 0x20 && c < 0x7f);
  }
}
