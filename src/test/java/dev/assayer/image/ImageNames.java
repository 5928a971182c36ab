package dev.assayer.image;

import dev.assayer.image.ReferenceResult.Invalid;
import dev.assayer.image.ReferenceResult.Valid;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Image names for tests: the parsed form of a literal, and random ones. */
public final class ImageNames {
  public static final String HEX =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  public static final Digest DIGEST = new Digest(HEX);

  private static final List<String> HOSTS =
      List.of(
          "",
          "",
          "docker.io",
          "index.docker.io",
          "Docker.IO",
          "docker.io:443",
          "localhost",
          "localhost:5000",
          "a",
          "ab.c",
          "a.b:5000",
          "A.b:443",
          "FOO",
          "foo:443",
          "x:65535",
          "[::1]",
          "[2001:db8::1]:5000",
          "[2001:DB8::A]:443",
          "registry.k8s.io",
          "1.2.3.4:80");
  private static final List<String> COMPONENTS =
      List.of(
          "a",
          "b",
          "ab",
          "aa",
          "nginx",
          "library",
          "a-b",
          "a--b",
          "a__b",
          "a_b",
          "a.b",
          "0",
          "docker.io");
  private static final List<String> TAGS =
      List.of("", ":a", ":1", ":latest", ":1.0", ":_x", ":A.b-C", ":5000");

  private ImageNames() {}

  /** The normal form of a valid reference. */
  public static ImageReference image(String requested) {
    return switch (ImageReference.parse(requested)) {
      case Valid(ImageReference reference) -> reference;
      case Invalid invalid -> throw new AssertionError(invalid.detail());
    };
  }

  /** A valid reference in any of its spellings. */
  public static String randomValid(RandomGenerator random) {
    String host = pick(HOSTS, random);
    StringBuilder name = new StringBuilder(host.isEmpty() ? "" : host + "/");
    int components = random.nextInt(1, 4);
    for (int i = 0; i < components; i++) {
      // the first part of a name without host must not read as one
      Optional<String> plain =
          Optional.of(pick(COMPONENTS, random))
              .filter(part -> !(name.isEmpty() && part.contains(".") && components > 1));
      name.append(i == 0 ? "" : "/").append(plain.orElse("z"));
    }
    name.append(pick(TAGS, random));
    return random.nextInt(4) == 0 ? name + "@sha256:" + HEX : name.toString();
  }

  /** A string near the grammar, valid or not. */
  public static String randomNear(RandomGenerator random) {
    StringBuilder name = new StringBuilder(randomValid(random));
    String odd = "/:@.-_*[]%AZaz09 \t\u0000\u00a0\u043e\u202e";
    for (int edits = random.nextInt(3); edits > 0 && !name.isEmpty(); edits--) {
      int at = random.nextInt(name.length());
      switch (random.nextInt(3)) {
        case 0 -> name.deleteCharAt(at);
        case 1 -> name.insert(at, odd.charAt(random.nextInt(odd.length())));
        default -> name.setCharAt(at, odd.charAt(random.nextInt(odd.length())));
      }
    }
    return name.toString();
  }

  /** A match name, or a string like one, turned into a pattern here and there. */
  public static String randomPattern(RandomGenerator random) {
    String written = randomValid(random);
    return randomPattern(random.nextInt(4) == 0 ? written : image(written).matchName(), random);
  }

  /** A pattern made of a name: wildcards in place of parts of it, mostly matching. */
  public static String randomPattern(String name, RandomGenerator random) {
    StringBuilder pattern = new StringBuilder(name);
    for (int edits = random.nextInt(4); edits > 0; edits--) {
      int from = random.nextInt(pattern.length() + 1);
      int to = Math.min(pattern.length(), from + random.nextInt(1 + pattern.length()));
      pattern.replace(from, random.nextBoolean() ? to : from, "*".repeat(random.nextInt(1, 3)));
    }
    return pattern.toString();
  }

  public static <T> T pick(List<T> from, RandomGenerator random) {
    return from.get(random.nextInt(from.size()));
  }
}
