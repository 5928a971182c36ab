package dev.assayer.watch;

import java.util.Map;
import java.util.Set;

/**
 * The faults that are really caused, and the alerts that each must cause: exactly these. {@code
 * company}: alerts that may fire with it, most since what they look at is an hour or a day.
 */
enum FaultKind {
  NOTARY_STOPPED(Set.of("AssayerNotaryDown", "AssayerTrustUpstreamErrors", "AssayerGraceInUse")),
  TIMESTAMP_EXPIRED(Set.of("AssayerTufMetadataExpired"), "AssayerDenialSpike"),
  TARGETS_TAMPERED(
      Set.of("AssayerDigestMismatch", "AssayerTufAttackDetected"), "AssayerDenialSpike"),
  NOTARY_OF_ANOTHER_CA(
      Set.of("AssayerTrustUpstreamTlsFailure", "AssayerNotaryDown"),
      "AssayerSloFastBurn",
      "AssayerSloSlowBurn",
      "AssayerDenialSpike"),
  NOTARY_CERTIFICATE_ENDS(Set.of("AssayerTrustUpstreamCertExpiring")),
  NOTARY_CLOCK_DIFFERS(Set.of("AssayerClockSkew")),
  NOTARY_REDIRECTS_INSIDE(Set.of("AssayerUpstreamRedirectBlocked", "AssayerNotaryDown")),
  /** Who waits for it is told of the latency, and of the one who is waited for. */
  NOTARY_HANGS(
      Set.of("AssayerLatencyNearWebhookTimeout", "AssayerNotaryDown", "AssayerTrustUpstreamErrors"),
      "AssayerSloFastBurn",
      "AssayerSloSlowBurn",
      "AssayerLatencyBudgetBurn",
      "AssayerDenialSpike"),
  STRANGERS_CALL(Set.of("AssayerClientAuthFailures")),
  GARBAGE_POSTED(Set.of("AssayerHostileRequests")),
  OWN_CERTIFICATE_ENDS(Set.of("AssayerCertExpiring")),
  KEY_OF_ANOTHER_CERTIFICATE(Set.of("AssayerCertReloadRefused")),
  CONFIGURATION_BROKEN(Set.of("AssayerConfigRejected")),
  DETECTION_MODE(Set.of("AssayerEnforcementWeakened")),
  /** A self-test in the storm is shed too. */
  STORM(
      Set.of("AssayerOverloadShedding", "AssayerSloFastBurn"),
      "AssayerSloSlowBurn",
      "AssayerSelfTestFailed"),
  NAMES_FLOODED(Set.of("AssayerSeriesFolded"), "AssayerExemptionsHigh"),
  RECEIVER_GONE(Set.of("AssayerAlertsUndelivered"), "AssayerDenialSpike"),
  COLLECTOR_DEAD(Set.of("AssayerTelemetryDropped"), "AssayerDenialSpike"),
  REPLICA_WITH_ANOTHER_POLICY(Set.of("AssayerPolicyDivergence")),
  REPLICA_KILLED(Set.of("AssayerReplicaUnready")),
  PINNED_POLICY_REPLACED(Set.of("AssayerTrustConfigMismatch")),
  STORE_KILLED(Set.of("AssayerSharedStateDown")),
  STORE_WRITTEN_BY_ANOTHER(Set.of("AssayerCacheIntegrity")),
  PROCESS_HANGS(Set.of("AssayerDown")),
  DESCRIPTORS_USED_UP(Set.of("AssayerProcessNearLimits")),
  OPTIONS_FOR_THE_JVM(Set.of("AssayerSelfIntegrity")),
  SIGNATURES_NOT_CHECKED(Set.of("AssayerSelfTestFailed")),
  DECISIONS_NOT_COUNTED(Set.of("AssayerDecisionsUnaccounted")),
  /** A self-test whose handshake is slow is pushed out like anybody who has not asked yet. */
  CONNECTIONS_HELD(Set.of("AssayerHostileRequests"), "AssayerSelfTestFailed"),
  WEBHOOK_DELETED(Set.of("AssayerWebhookMissing", "AssayerDown")),
  WEBHOOK_CHANGED(Set.of("AssayerWebhookConfigDrift")),
  SENTINEL_FORGED(Set.of("AssayerBootstrapSentinelAnomaly")),
  GLASS_BROKEN(Set.of("AssayerBreakGlassActive")),
  GLASS_REFUSED(Set.of("AssayerBreakGlassRefused")),
  RIGHTS_ADDED(Set.of("AssayerExcessPermissions")),
  RIGHTS_TAKEN(Set.of("AssayerMissingPermissions")),
  ENDPOINT_ADDED(Set.of("AssayerForeignEndpoints")),
  API_SERVER_UNREACHABLE(Set.of("AssayerKubernetesUnreachable")),
  UNSIGNED_IMAGE_RUNS(Set.of("AssayerRunningUntrusted")),
  ANSWERS_IGNORED(Set.of("AssayerWebhookFailOpen")),
  COUNTERFEIT_ADMITS(Set.of("AssayerForeignBackend")),
  COUNTERFEIT_DENIES(Set.of("AssayerForeignBackend")),
  /** What cannot be recorded is denied, nothing is signed, and so nothing new is published. */
  LOG_DISK_FULL(
      Set.of(
          "AssayerAuditWriteFailing",
          "AssayerAuditDiskLow",
          "AssayerAuditChainBroken",
          "AssayerAuditUnpublished",
          "AssayerSloFastBurn"),
      "AssayerSloSlowBurn"),
  LOG_DISK_NEARLY_FULL(Set.of("AssayerAuditDiskLow")),
  LOG_PUT_BACK(Set.of("AssayerAuditChainBroken")),
  LOG_NOT_PUBLISHED(Set.of("AssayerAuditUnpublished")),
  LOG_REMOVED(Set.of("AssayerAuditLogLost"));

  /** Alerts that look at a quarter of an hour or more and that no fault here causes. */
  static final Map<String, String> SLOW =
      Map.ofEntries(
          Map.entry("AssayerSloSlowBurn", "its windows are hours and days"),
          Map.entry("AssayerLatencyBudgetBurn", "its windows are hours and days"),
          Map.entry("AssayerExemptionsHigh", "it looks at an hour and waits for half of one"),
          Map.entry("AssayerNamespaceExempted", "it looks at an hour"),
          Map.entry("AssayerUnknownSigner", "it looks at an hour"),
          Map.entry("AssayerTufMetadataExpiring", "it waits for an hour"),
          Map.entry("AssayerDenialSpike", "it compares with a day"),
          Map.entry("AssayerRunningCheckStale", "it looks at a day"),
          Map.entry(
              "AssayerStateConflict",
              "needs replicas that were apart while a Notary lied to both; SharedStateTest has the"
                  + " counter"),
          Map.entry(
              "AssayerPageRefused", "it looks at 15 minutes; PageListenerTest has the refusals"),
          Map.entry(
              "AssayerAuditEvidenceNotKept",
              "its store is full only after a gigabyte; EvidenceStoreTest has the fault"));

  /** Quicker ones that nothing can cause, and why. */
  static final Map<String, String> IMPOSSIBLE =
      Map.of(
          "AssayerRegistryUnavailable",
          "nothing asks a registry yet",
          "AssayerOwnerLookupsUnknown",
          "an owner is looked up only after it was admitted itself; OwnerLookupTest has how"
              + " look-ups end");

  @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
  private final Set<String> fires;

  @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
  private final Set<String> company;

  FaultKind(Set<String> fires, String... company) {
    this.fires = fires;
    this.company = Set.of(company);
  }

  Set<String> fires() {
    return fires;
  }

  Set<String> company() {
    return company;
  }
}
