package dev.assayer.e2e;

import dev.assayer.demo.NotaryServer;
import dev.assayer.demo.OciRegistry;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.PushedImage;
import dev.assayer.samples.SignedRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;

/**
 * A Notary and a registry of this process, with one authority of their own, that pods and the
 * container runtime of a node reach under the names {@link #NOTARY} and {@link #REGISTRY}.
 */
final class Upstream implements AutoCloseable {
  static final String NOTARY = "notary.test";
  static final String REGISTRY = "registry.test";

  private static final String PATH = "acme/app";

  private final NotaryServer notary;
  private final OciRegistry registry;
  private final SignedRepository signatures;

  private Upstream(NotaryServer notary, OciRegistry registry) {
    this.notary = notary;
    this.registry = registry;
    signatures = SignedRepository.create(repository());
    notary.add(signatures);
  }

  /** Starts both, at all addresses of this machine: which one a node sees is Docker's to say. */
  static Upstream start() {
    DemoCa ca = DemoCa.create();
    try {
      InetAddress everywhere = InetAddress.getByAddress(new byte[4]);
      NotaryServer notary = NotaryServer.start(ca.identity(NOTARY), everywhere);
      try {
        return new Upstream(notary, OciRegistry.start(ca.identity(REGISTRY), everywhere));
      } catch (UncheckedIOException broken) {
        notary.close();
        throw broken;
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** The repository as a pod names it. */
  String repository() {
    return registryHost() + "/" + PATH;
  }

  /** Host and port of the registry. */
  String registryHost() {
    return REGISTRY + ":" + registry.port();
  }

  NotaryServer notary() {
    return notary;
  }

  OciRegistry registry() {
    return registry;
  }

  /** The authority of both, PEM. */
  String caPem() {
    return notary.caPem();
  }

  /** Pushes an image that runs, without a signature. */
  PushedImage push(String tag, String version) {
    return TinyImage.push(registry, PATH, tag, version);
  }

  /** Pushes an index for several platforms, this image's among them, without a signature. */
  PushedImage pushIndex(String tag, PushedImage image) {
    return TinyImage.index(registry, tag, image);
  }

  /** Signs the tag for this image, and no longer for any other. */
  void sign(String tag, PushedImage image) {
    signatures.targets().target(tag, image);
    signatures.publish();
  }

  /**
   * The chart's values with which Assayer asks this Notary, about every image but those of
   * Kubernetes, and remembers no timestamp.
   *
   * @param address of this machine, as pods see it
   */
  String values(String address) {
    return """
    deployment:
      hostAliases: [{ip: "%s", hostnames: [%s]}]
    config:
      freshness: {timestampMaxAge: 0s}
      validators:
        - name: default
          type: notaryV1
          host: %s:%d
          ca: |
    %s      trustRoots:
            - name: default
              key: |
    %s\
    """
        .formatted(
            address,
            NOTARY,
            NOTARY,
            notary.port(),
            caPem().indent(8),
            signatures.pinnedRootPem().indent(12));
  }

  @Override
  public void close() {
    notary.close();
    registry.close();
  }
}
