package dev.assayer.e2e;

import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Many workloads: of every kind, in turn with images that are signed, not signed, one of each, and
 * a signed tag with another digest; from more repositories than one.
 */
final class Mass {
  private static final int REPOSITORIES = 12;
  private static final String PREFIX = "registry.example/mass/app-";
  private static final String TAG = ":1";
  private static final List<String> KINDS =
      List.of("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob");

  private final TufKey root = TufKey.bare(KeyKind.ECDSA_P256);
  private final List<SignedRepository> repositories;

  /** What its images are. */
  enum Images {
    SIGNED,
    UNSIGNED,
    MIXED,
    CONFLICTING
  }

  /**
   * One workload.
   *
   * @param images of its containers, in their order
   * @param pinned what becomes of the images, if all are signed
   */
  record Workload(String kind, String name, Images sort, List<String> images, List<String> pinned) {
    /** The collection that it is made in. */
    String path(String namespace) {
      String plural = kind.toLowerCase(Locale.ROOT) + "s";
      return (kind.equals("Pod") ? "/api/v1" : "/apis/" + group() + "/v1")
          + "/namespaces/"
          + namespace
          + '/'
          + plural;
    }

    private String group() {
      return kind.endsWith("Job") ? "batch" : "apps";
    }

    /** The object, JSON. */
    String object() {
      String containers =
          String.join(
              ", ",
              IntStream.range(0, images.size())
                  .mapToObj(
                      i -> "{\"name\": \"c%d\", \"image\": \"%s\"}".formatted(i, images.get(i)))
                  .toList());
      String pod =
          "{%s\"containers\": [%s]}"
              .formatted(kind.endsWith("Job") ? "\"restartPolicy\": \"Never\", " : "", containers);
      String template =
          "\"template\": {\"metadata\": {\"labels\": {\"app\": \"%s\"}}, \"spec\": %s}"
              .formatted(name, pod);
      String selector = "\"selector\": {\"matchLabels\": {\"app\": \"" + name + "\"}}, ";
      String spec =
          switch (kind) {
            case "Pod" -> pod;
            case "Job" -> '{' + template + '}';
            case "CronJob" ->
                "{\"schedule\": \"0 0 1 1 *\", \"suspend\": true, \"jobTemplate\": {\"spec\": {"
                    + template
                    + "}}}";
            case "DaemonSet" -> '{' + selector + template + '}';
            default -> "{\"replicas\": 1, " + selector + template + '}';
          };
      String version = kind.equals("Pod") ? "v1" : group() + "/v1";
      return """
      {"apiVersion": "%s", "kind": "%s", "metadata": {"name": "%s"}, "spec": %s}
      """
          .formatted(version, kind, name, spec);
    }
  }

  Mass() {
    TufKey online = TufKey.bare(KeyKind.ECDSA_P256);
    repositories =
        IntStream.range(0, REPOSITORIES)
            .mapToObj(i ->
                SignedRepository.create(PREFIX + i, InstantSource.system(), List.of(root), online))
            .toList();
    for (int i = 0; i < REPOSITORIES; i++) {
      repositories.get(i).targets().target("1", digest(i), 1000);
    }
    publish();
  }

  /** Of all of them, for a Notary. */
  List<SignedRepository> repositories() {
    return repositories;
  }

  String rootPem() {
    return root.publicKeyPem();
  }

  /** Signs all of them anew, with higher versions. */
  void publish() {
    repositories.forEach(repository -> {
      repository.targets().target("at-" + System.nanoTime(), digest(99), 1000);
      repository.publish();
    });
  }

  /** The workload of this number. */
  static Workload workload(int number) {
    String kind = KINDS.get(number % KINDS.size());
    Images sort = number % 2 == 0 ? Images.SIGNED : Images.values()[1 + number / 2 % 3];
    int one = number % REPOSITORIES;
    int other = number / 3 % REPOSITORIES;
    List<String> signed = List.of(signed(one), signed(other));
    List<String> images =
        switch (sort) {
          case SIGNED -> signed;
          case UNSIGNED -> List.of(PREFIX + one + ":none");
          case MIXED -> List.of(signed(one), PREFIX + other + ":none");
          case CONFLICTING -> List.of(signed(one) + '@' + digest(98));
        };
    String name = kind.toLowerCase(Locale.ROOT) + '-' + number;
    return new Workload(kind, name, sort, images, List.of(pinned(one), pinned(other)));
  }

  /** Whether an image that a review names is signed, and names no other digest. */
  static boolean isSigned(String image) {
    return IntStream.range(0, REPOSITORIES)
        .anyMatch(i -> image.equals(signed(i)) || image.equals(pinned(i)));
  }

  /** Whether it is signed and pinned. */
  static boolean isPinned(String image) {
    return isSigned(image) && image.contains("@");
  }

  private static String signed(int repository) {
    return PREFIX + repository + TAG;
  }

  private static String pinned(int repository) {
    return signed(repository) + '@' + digest(repository);
  }

  private static String digest(int number) {
    return "sha256:" + String.format(Locale.ROOT, "%064x", number + 1);
  }
}
