package dev.assayer.cluster;

import dev.assayer.state.SharedStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The cluster around this process. Opening it sends nothing and loads no client; {@link #poll} and
 * {@link #refresh} do the work in the background. Without an API server everything here is degraded
 * and says so, and nothing decides.
 */
public final class Cluster implements AutoCloseable {
  /** How often {@link #poll} and {@link #refresh} should be called. */
  public static final Duration PERIOD = Duration.ofSeconds(5);

  /** How often {@link #watchEmergencies} should be called. */
  public static final Duration EMERGENCY_PERIOD = Emergencies.PERIOD;

  /** A look is several calls; together they stay well below what a drift may take to be seen. */
  private static final Duration LOOK = Duration.ofSeconds(3);

  private final ClusterSettings settings;
  private final KubeApi api;
  private final WebhookWatch webhook;
  private final NamedSecrets secrets;
  private final OwnerLookup owners;
  private final NamespaceLabels namespaces;
  private final Emergencies emergencies;
  private final DenialEvents events;
  private final Leadership leadership;
  private final SharedStore store;
  private final RunningPods pods;
  private final PolicyReports reports;
  private final OwnRights rights;
  private final WebhookEndpoints endpoints;
  private final CheckpointBoard checkpoints;

  private Cluster(
      ClusterSettings settings,
      ClusterObserver observer,
      InstantSource clock,
      String replica,
      Supplier<List<X509Certificate>> served) {
    this.settings = settings;
    api = KubeApi.open(settings.access(), observer);
    webhook = new WebhookWatch(api.patient(LOOK), settings, observer, clock, served);
    secrets = new NamedSecrets(api, settings.namespace());
    owners = new OwnerLookup(api, observer);
    namespaces = new NamespaceLabels(api);
    emergencies = new Emergencies(api, settings, observer, clock);
    events = new DenialEvents(api, observer, replica, System::nanoTime);
    // Two processes of one name, on one machine or in one pod's stead, must not both lead.
    String candidate = replica + '_' + UUID.randomUUID();
    leadership = new Leadership(api, settings, candidate, observer, Leadership.Times.STANDARD);
    store = new ConfigMapStore(api, settings, clock);
    pods = new RunningPods(api);
    reports = new PolicyReports(api, settings);
    rights = new OwnRights(api, settings.namespace());
    endpoints = new WebhookEndpoints(api, settings);
    checkpoints = new CheckpointBoard(api, settings, clock);
  }

  /**
   * For this process.
   *
   * @param replica its name, with which its identity in Leases begins
   * @param served the chain that the webhook listener shows now, leaf first
   */
  public static Cluster open(
      ClusterSettings settings,
      ClusterObserver observer,
      InstantSource clock,
      String replica,
      Supplier<List<X509Certificate>> served) {
    Cluster made = new Cluster(settings, observer, clock, replica, served);
    made.events.start();
    return made;
  }

  /** Where this process stands. */
  public ClusterSettings settings() {
    return settings;
  }

  /** The API server, for the rooms that keep state or look up owners in it. */
  public KubeApi api() {
    return api;
  }

  /** Looks at the webhook objects and the sentinel once; takes some seconds at most. */
  public void poll() {
    webhook.poll();
  }

  /** Looks for break-glass objects once; takes two seconds at most. */
  public void watchEmergencies() {
    emergencies.poll();
  }

  /** Reads again the Secrets that are in use. */
  public void refresh() {
    secrets.refresh();
  }

  /** How the webhook stood at the last look. */
  public WebhookStanding webhook() {
    return webhook.standing();
  }

  /** Credentials in Secrets of the own namespace. */
  public CredentialSource secrets() {
    return secrets;
  }

  /** Looks up the owners that objects claim. */
  public OwnerSource owners() {
    return owners;
  }

  /** The labels of namespaces. */
  public NamespaceSource namespaces() {
    return namespaces;
  }

  /** The break-glass objects in force. */
  public EmergencySource emergencies() {
    return emergencies;
  }

  /** Takes note of denials for their owners. */
  public DenialEvents events() {
    return events;
  }

  /** Who does the work that one replica does for all; not started yet. */
  public Leadership leadership() {
    return leadership;
  }

  /** Where replicas keep what they share: ConfigMaps of the own namespace. */
  public Optional<SharedStore> sharedStore() {
    return Optional.of(store);
  }

  /** The pods of all namespaces. */
  public RunningPods pods() {
    return pods;
  }

  /** The reports about running images. */
  public PolicyReports reports() {
    return reports;
  }

  /** What the own account may do. */
  public OwnRights rights() {
    return rights;
  }

  /** Where replicas leave the heads of their audit logs. */
  public CheckpointBoard checkpoints() {
    return checkpoints;
  }

  /** Who stands behind the webhook's Service. */
  public WebhookEndpoints endpoints() {
    return endpoints;
  }

  /** Ends all work and all connections. */
  @Override
  public void close() {
    leadership.close();
    events.close();
    api.close();
  }
}
