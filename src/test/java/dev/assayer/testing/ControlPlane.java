package dev.assayer.testing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real etcd and kube-apiserver on free loopback ports, from the folder that the environment
 * variable {@code KUBEBUILDER_ASSETS} names (the convention of envtest). RBAC is on; no node runs,
 * and no controller but with {@link Controllers}. Tests that use it carry {@link
 * NeedsControlPlane}.
 */
public final class ControlPlane implements AutoCloseable {
  static final String ASSETS = "KUBEBUILDER_ASSETS";

  private static final Pattern MINOR = Pattern.compile("\"minor\": *\"(\\d+)");
  private static final List<String> PROGRAMS = List.of("etcd", "kube-apiserver", "kubectl");
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration COMMAND = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 3;

  private final Path directory;
  private final URI uri;
  private final TestCa ca;
  private final String adminToken;
  private final KubernetesClient api;
  private final Process etcd;
  private final Process server;
  private final AtomicInteger files = new AtomicInteger();

  /** One for all tests of this process, stopped when it ends. */
  private static final class Shared {
    private static final ControlPlane INSTANCE = create();

    private static ControlPlane create() {
      try {
        Path directory = Files.createTempDirectory("control-plane");
        ControlPlane made = start(directory);
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(() -> {
                  made.close();
                  delete(directory);
                }));
        return made;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private ControlPlane(
      Path directory, URI uri, TestCa ca, String adminToken, Process etcd, Process server) {
    this.directory = directory;
    this.uri = uri;
    this.ca = ca;
    this.adminToken = adminToken;
    this.etcd = etcd;
    this.server = server;
    Config config = new ConfigBuilder(Config.empty()).build();
    config.setMasterUrl(uri.toString());
    config.setCaCertData(
        Base64.getEncoder().encodeToString(caPem().getBytes(StandardCharsets.UTF_8)));
    config.setOauthToken(adminToken);
    config.setRequestRetryBackoffLimit(0);
    api =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build();
  }

  /** Whether the programs are there. */
  public static boolean available() {
    return PROGRAMS.stream()
        .allMatch(name -> program(name).filter(Files::isExecutable).isPresent());
  }

  /** The control plane that the tests of this process share; started at the first call. */
  public static ControlPlane shared() {
    return Shared.INSTANCE;
  }

  /**
   * Starts one and waits until it is ready, at most 90 s.
   *
   * @param directory for data, keys and logs
   * @param moreFlags for kube-apiserver
   */
  public static ControlPlane start(Path directory, String... moreFlags) {
    IllegalStateException last = new IllegalStateException("never tried");
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        return startOnce(Files.createTempDirectory(directory, "run"), List.of(moreFlags));
      } catch (IllegalStateException portTaken) {
        last = portTaken;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw last;
  }

  private static ControlPlane startOnce(Path directory, List<String> moreFlags) throws IOException {
    int etcdPort = freePort();
    int peerPort = freePort();
    int port = freePort();
    String adminToken = UUID.randomUUID().toString();
    TestCa ca = new TestCa("control plane test authority");
    TestCa.Identity identity = ca.localhost();
    write(directory, "ca.crt", SignerKeys.pem("CERTIFICATE", der(ca)));
    write(directory, "tls.crt", SignerKeys.pem("CERTIFICATE", der(identity)));
    write(directory, "tls.key", SignerKeys.pem("PRIVATE KEY", identity.key().getEncoded()));
    write(
        directory,
        "accounts.key",
        SignerKeys.pem("PRIVATE KEY", TestCa.rsa(2048).getPrivate().getEncoded()));
    write(directory, "tokens.csv", adminToken + ",admin,admin,system:masters\n");
    Process etcd =
        daemon(
            directory,
            "etcd",
            List.of(
                "--data-dir=" + directory.resolve("etcd"),
                "--unsafe-no-fsync",
                "--listen-client-urls=http://127.0.0.1:" + etcdPort,
                "--advertise-client-urls=http://127.0.0.1:" + etcdPort,
                "--listen-peer-urls=http://127.0.0.1:" + peerPort,
                "--initial-advertise-peer-urls=http://127.0.0.1:" + peerPort,
                "--initial-cluster=default=http://127.0.0.1:" + peerPort));
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                "--endpoint-reconciler-type=none",
                "--tls-cert-file=" + directory.resolve("tls.crt"),
                "--tls-private-key-file=" + directory.resolve("tls.key"),
                "--cert-dir=" + directory,
                "--token-auth-file=" + directory.resolve("tokens.csv"),
                "--authorization-mode=RBAC",
                "--service-cluster-ip-range=10.0.0.0/24",
                "--service-account-issuer=https://control-plane.test.invalid",
                "--service-account-key-file=" + directory.resolve("accounts.key"),
                "--service-account-signing-key-file=" + directory.resolve("accounts.key"),
                "--disable-admission-plugins=ServiceAccount"));
    flags.addAll(moreFlags);
    Process server = daemon(directory, "kube-apiserver", flags);
    URI uri = URI.create("https://127.0.0.1:" + port);
    ControlPlane made = new ControlPlane(directory, uri, ca, adminToken, etcd, server);
    try {
      made.await();
      return made;
    } catch (IllegalStateException e) {
      made.close();
      throw e;
    }
  }

  /** {@code https://127.0.0.1:port}. */
  public URI uri() {
    return uri;
  }

  /** The only trust anchor for {@link #uri()}. */
  public String caPem() {
    return SignerKeys.pem("CERTIFICATE", der(ca));
  }

  /** A Bearer token for the group {@code system:masters}. */
  public String adminToken() {
    return adminToken;
  }

  /** A new file for {@code KUBECONFIG}, for whoever has this token. */
  public Path kubeconfig(String token) {
    String text =
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: test}}]
        clusters: [{name: test, cluster: {server: "%s", certificate-authority: "%s"}}]
        users: [{name: test, user: {token: "%s"}}]
        """
            .formatted(uri, directory.resolve("ca.crt"), token);
    return write(directory, "kubeconfig-" + files.incrementAndGet(), text);
  }

  /** A token of a service account, which must exist; valid for an hour. */
  public String token(String namespace, String serviceAccount) {
    TokenRequest asked =
        new TokenRequestBuilder().withNewSpec().withExpirationSeconds(3600L).endSpec().build();
    return api.serviceAccounts()
        .inNamespace(namespace)
        .withName(serviceAccount)
        .tokenRequest(asked)
        .getStatus()
        .getToken();
  }

  /** Applies these objects as administrator. */
  public void apply(String yaml) {
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    for (HasMetadata item : api.load(new ByteArrayInputStream(bytes)).items()) {
      api.resource(item).fieldManager("kubectl").forceConflicts().serverSideApply();
    }
  }

  /** Makes a namespace with a name of its own, so that tests that share the server do not meet. */
  public String namespace(String prefix) {
    String name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    api.namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return name;
  }

  /**
   * Runs kubectl as administrator to its end.
   *
   * @param input what {@code -f -} reads
   * @return what it wrote
   * @throws IllegalStateException if it fails
   */
  public String kubectl(String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of(required("kubectl").toString()));
    command.addAll(List.of(arguments));
    return Programs.run(
        command,
        Map.of(
            "KUBECONFIG", kubeconfig(adminToken).toString(),
            "HOME", directory.toString()),
        directory.resolve("kubectl-" + files.incrementAndGet() + ".log"),
        input,
        COMMAND);
  }

  /** The Kubernetes version's second number, such as 35. */
  public int minor() {
    Matcher minor = MINOR.matcher(kubectl("", "get", "--raw", "/version"));
    if (!minor.find()) {
      throw new IllegalStateException("a version without a number");
    }
    return Integer.parseInt(minor.group(1));
  }

  /** The process id of kube-apiserver, to stop it for a while by signals. */
  public long serverPid() {
    return server.pid();
  }

  /** Ends both programs. */
  @Override
  public void close() {
    api.close();
    Programs.stop(server);
    Programs.stop(etcd);
  }

  /** Ready, and with the roles that kube-apiserver makes for itself. */
  private void await() {
    long end = System.nanoTime() + START.toNanos();
    while (!answers("/readyz")) {
      if (!etcd.isAlive() || !server.isAlive()) {
        throw new IllegalStateException("etcd or kube-apiserver ended: " + logs());
      }
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("kube-apiserver was not ready within " + START + logs());
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for kube-apiserver", e);
      }
    }
  }

  private boolean answers(String path) {
    try {
      api.raw(path);
      return true;
    } catch (KubernetesClientException notYet) {
      return false;
    }
  }

  private String logs() {
    return Stream.of("etcd", "kube-apiserver")
        .map(name -> tail(directory.resolve(name + ".log")))
        .reduce("", (all, one) -> all + "\n" + one);
  }

  private static String tail(Path log) {
    try {
      String text = Files.readString(log);
      return text.substring(Math.max(0, text.length() - 1500));
    } catch (IOException e) {
      return e.toString();
    }
  }

  static Process daemon(Path directory, String program, List<String> flags) {
    List<String> command = new ArrayList<>(List.of(required(program).toString()));
    command.addAll(flags);
    return Programs.start(
        command, Map.of("HOME", directory.toString()), directory.resolve(program + ".log"));
  }

  static Optional<Path> program(String name) {
    return Optional.ofNullable(System.getenv(ASSETS))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder).toAbsolutePath().resolve(name));
  }

  private static Path required(String name) {
    return program(name)
        .orElseThrow(() -> new IllegalStateException(NeedsControlPlane.Condition.REMEDY));
  }

  private static Path write(Path directory, String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] der(TestCa ca) {
    try {
      return ca.certificate().getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] der(TestCa.Identity identity) {
    try {
      return identity.certificate().getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder()).forEach(ControlPlane::deleteOne);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteOne(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
