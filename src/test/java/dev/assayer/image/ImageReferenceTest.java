package dev.assayer.image;

import static dev.assayer.image.ImageNames.HEX;
import static dev.assayer.image.ImageNames.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.image.ReferenceResult.Invalid;
import dev.assayer.image.ReferenceResult.Problem;
import dev.assayer.image.ReferenceResult.Valid;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nginx",
        "nginx:latest",
        "library/nginx",
        "docker.io/nginx",
        "docker.io/library/nginx",
        "DOCKER.IO/nginx",
        "docker.io:443/nginx",
        "index.docker.io/nginx",
        "Index.Docker.io:443/nginx:latest",
        "index.docker.io/library/nginx:latest"
      })
  @DisplayName("REF-01 all spellings of one Docker Hub image have one normal form")
  void allSpellingsHaveOneNormalForm(String spelling) {
    assertThat(image(spelling).text()).isEqualTo("docker.io/library/nginx:latest");
    assertThat(image(spelling).matchName()).isEqualTo("docker.io/library/nginx:latest");
    assertThat(image(spelling).requested()).isEqualTo(spelling);
  }

  @Test
  @DisplayName("REF-01 registry-1.docker.io is another host")
  void registryOneIsAnotherHost() {
    assertThat(image("registry-1.docker.io/nginx").text())
        .isEqualTo("registry-1.docker.io/nginx:latest");
  }

  @Test
  @DisplayName("REF-02 tag and digest are both kept, the digest plays no part in the match name")
  void tagAndDigestAreBothKept() {
    ImageReference image = image("acme/app:1.4@sha256:" + HEX);
    assertThat(image.matchName()).isEqualTo("docker.io/acme/app:1.4");
    assertThat(image.text()).isEqualTo("docker.io/acme/app:1.4@sha256:" + HEX);
    assertThat(image.digest()).contains(new Digest(HEX));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Nginx",
        "acme/App",
        "docker.io/acme/App",
        "docker.io./nginx",
        "reg.example.com./x",
        "reg..example.com/x",
        ".reg.example.com/x",
        "-reg.example.com/x",
        "reg-.example.com/x",
        "reg.example.com//x",
        "reg.example.com/x//y",
        "reg.example.com/",
        "reg.example.com//",
        "/nginx",
        "nginx/",
        "a//b",
        "reg_x.example.com/x"
      })
  @DisplayName("REF-03 upper-case paths, empty parts, trailing dots and slashes are refused")
  void malformedHostsAndPathsAreRefused(String reference) {
    assertInvalid(reference);
  }

  @ParameterizedTest
  @CsvSource({
    "host:5000/x, host:5000, x, latest",
    "[2001:db8::1]:5000/x, [2001:db8::1]:5000, x, latest",
    "[2001:DB8::1]/x:2, [2001:db8::1], x, 2",
    "[::1]:443/x, [::1], x, latest",
    "localhost/x, localhost, x, latest",
    "localhost:5000/x/y:1, localhost:5000, x/y, 1",
    "LOCALHOST/x, localhost, x, latest",
    "host/x, docker.io, host/x, latest",
    "host:5000, docker.io, library/host, 5000",
    "localhost, docker.io, library/localhost, latest",
    "reg.example.com, docker.io, library/reg.example.com, latest",
    "Reg.Example.COM:8443/x, reg.example.com:8443, x, latest",
    "FOO/bar, foo, bar, latest",
    "foo:443/bar, foo, bar, latest",
    "docker.io:5000/x, docker.io:5000, x, latest",
    "xn--80ak6aa92e.com/x, xn--80ak6aa92e.com, x, latest",
    "1.2.3.4:80/a/b/c:v1, 1.2.3.4:80, a/b/c, v1"
  })
  @DisplayName("REF-04 the first component is a host when the runtime takes it for one")
  void hostsAreToldFromPathsAsTheRuntimeDoes(
      String reference, String host, String path, String tag) {
    ImageReference image = image(reference);
    assertThat(image.host()).isEqualTo(host);
    assertThat(image.path()).isEqualTo(path);
    assertThat(image.tag()).contains(tag);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host:0/x",
        "host:05000/x",
        "host:65536/x",
        "host:100000/x",
        "host:/x",
        "host:-1/x",
        "host:5000:1/x",
        "[::1/x",
        "[]/x",
        "[::1]x/y",
        "[::1]:/x",
        "[::g]:1/x",
        "[abc]/x",
        "::1/x",
        "host: 80/x"
      })
  @DisplayName("REF-04 ports and addresses must be well formed")
  void malformedPortsAndAddressesAreRefused(String reference) {
    assertInvalid(reference);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " nginx",
        "nginx ",
        "\tnginx",
        "nginx\n",
        "nginx\r\n",
        "\u00a0nginx",
        "nginx\u00a0",
        "nginx:1 ",
        "ngi nx",
        "nginx\u0000",
        "nginx\u200b",
        "\ufeffnginx",
        "docker.io /nginx"
      })
  @DisplayName("REF-05 white space and invisible characters are refused, never trimmed")
  void whiteSpaceIsRefused(String reference) {
    Invalid invalid = assertInvalid(reference);
    assertThat(invalid.detail()).matches("[\\x20-\\x7e]+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "d\u043ecker.io/nginx",
        "docker.io/ngin\u0445",
        "docker\uff0eio/nginx",
        "docker.io/\u202exnign",
        "\u212aubernetes.io/x",
        "nginx:\u0661"
      })
  @DisplayName("REF-06 look-alike letters are refused and shown by their code")
  void lookAlikesAreRefused(String reference) {
    Invalid invalid = assertInvalid(reference);
    assertThat(invalid.detail()).contains("\\u{").contains("U+").contains("names are ASCII");
  }

  @Test
  @DisplayName("REF-06 a punycode host is another host")
  void aPunycodeHostIsAnotherHost() {
    assertThat(image("xn--dcker-jua.io/nginx").repository()).isEqualTo("xn--dcker-jua.io/nginx");
  }

  @Test
  @DisplayName("REF-07 a malformed sha256 digest is invalid")
  void malformedSha256IsInvalid() {
    for (String digest :
        new String[] {
          HEX.substring(1), HEX + "0", HEX.replace('e', 'E'), "", HEX + "@sha256:" + HEX
        }) {
      assertThat(assertInvalid("nginx@sha256:" + digest).problem()).isEqualTo(Problem.INVALID);
    }
    for (String rest : new String[] {"nginx@", "nginx@" + HEX, "nginx@:" + HEX, "nginx@ md5:0"}) {
      assertThat(assertInvalid(rest).problem()).isEqualTo(Problem.INVALID);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "md5:",
        "sha512:" + HEX + HEX,
        "sha384:zz",
        "SHA256:" + HEX,
        "tarsum.v1+sha256:" + HEX
      })
  @DisplayName("REF-07 another digest algorithm is hash_unsupported")
  void otherAlgorithmsAreUnsupported(String digest) {
    for (String name : new String[] {"nginx", "nginx:1", "reg.example.com:5000/a/b:1"}) {
      Invalid invalid = (Invalid) ImageReference.parse(name + "@" + digest);
      assertThat(invalid.problem()).isEqualTo(Problem.HASH_UNSUPPORTED);
      assertThat(invalid.detail()).contains("use sha256:");
    }
  }

  @Test
  @DisplayName("REF-08 names and tags beyond the limits are refused, at the limits accepted")
  void limitsAreExact() {
    assertInvalid("a".repeat(256));
    assertThat(image("reg.example.com/" + "a".repeat(239)).repository()).hasSize(255);
    assertInvalid("reg.example.com/" + "a".repeat(240));
    assertThat(image("a".repeat(255 - "docker.io/library/".length())).repository()).hasSize(255);
    assertInvalid("a".repeat(256 - "docker.io/library/".length()));
    assertThat(image("nginx:" + "t".repeat(128)).tag()).contains("t".repeat(128));
    assertInvalid("nginx:" + "t".repeat(129));
  }

  static Stream<String> hugeStrings() {
    int size = 2 << 20;
    return Stream.of("a", "/", ":", "@", "a/", ".", "[", "-", "A", "a_", "\u043e", "a@sha256:", "*")
        .flatMap(unit ->
            Stream.of("", "nginx", "a.b/", "nginx:", "nginx@sha256:", "nginx@md5", "[", "a.b:")
                .map(prefix -> prefix + unit.repeat(size / unit.length())));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("hugeStrings")
  @DisplayName("REF-08 two mebibytes of anything are refused at once, in a short message")
  void hugeStringsAreRefusedAtOnce(String reference) {
    // Processor time: what else the machine does is not the parser's.
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    ReferenceResult result = ImageReference.parse(reference);
    assertThat(threads.getCurrentThreadCpuTime() - before)
        .isLessThan(Duration.ofMillis(500).toNanos());
    assertThat(((Invalid) result).detail()).hasSizeLessThan(1200);
  }

  @Test
  @DisplayName("REF-10 a path that climbs up is refused")
  void climbingPathsAreRefused() {
    assertInvalid("k8s.gcr.io/../evil");
    assertInvalid("k8s.gcr.io/./evil");
    assertInvalid("k8s.gcr.io/%2e%2e/evil");
    assertInvalid("k8s.gcr.io@evil.test/x");
    assertInvalid("https://k8s.gcr.io/x");
    assertInvalid("k8s.gcr.io\\evil.test/x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "@",
        "/",
        ".",
        "..",
        "*",
        "nginx:",
        ":tag",
        "nginx:-x",
        "nginx:.x",
        "nginx:a:b",
        "nginx:a/b@",
        "a.b/x:y/z",
        "-nginx",
        "nginx-",
        "ngi..nx",
        "ngi___nx",
        "ngi._nx",
        "ngi-_nx",
        "_nginx",
        "nginx:@sha256:" + HEX,
        "@sha256:" + HEX,
        HEX,
        "nginx:a@b"
      })
  void otherMalformedReferencesAreRefused(String reference) {
    assertInvalid(reference);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a__b", "a---b", "a.b", "a_b", "0", "x/a-b.c__d/e", "library/" + HEX})
  void separatorsOfTheGrammarAreAccepted(String reference) {
    assertThat(ImageReference.parse(reference)).isInstanceOf(Valid.class);
  }

  @Test
  void sixtyFourHexadecimalDigitsAreANameOnceTheyHaveATag() {
    assertThat(image(HEX + ":1").path()).isEqualTo("library/" + HEX);
  }

  @Test
  void aDigestAloneHasAnEmptyTagInTheMatchName() {
    ImageReference image = image("nginx@sha256:" + HEX);
    assertThat(image.tag()).isEmpty();
    assertThat(image.matchName()).isEqualTo("docker.io/library/nginx:");
    assertThat(image.text()).isEqualTo("docker.io/library/nginx@sha256:" + HEX);
  }

  @Test
  void pinningKeepsTheTagAndReplacesTheDigest() {
    Digest other = new Digest("0".repeat(64));
    assertThat(image("nginx").pinned(other).text())
        .isEqualTo("docker.io/library/nginx:latest@" + other);
    assertThat(image("nginx@sha256:" + HEX).pinned(other).text())
        .isEqualTo("docker.io/library/nginx@" + other);
  }

  @Test
  @DisplayName("A host written in upper case or with :443 never becomes a path of Docker Hub")
  void aHostOfOneLabelStaysAHostWhenWrittenAgain() {
    for (String spelling : new String[] {"FOO/bar", "foo:443/bar", "Foo:443/bar"}) {
      assertThat(image(spelling).matchName()).isEqualTo("foo/bar:latest");
      assertThat(image(spelling).text()).isEqualTo("foo:443/bar:latest");
      assertThat(image(image(spelling).text()).repository()).isEqualTo("foo/bar");
    }
  }

  @Test
  void theMessageNamesTheTextThePlaceAndTheRemedy() {
    assertThat(assertInvalid("acme/App:1").detail())
        .isEqualTo(
            "The image reference \"acme/App:1\" is wrong at character 6: the repository path has"
                + " the upper-case letter 'A'; write it in lower case.");
    assertThat(assertInvalid("a.b/x:1 ").detail())
        .isEqualTo(
            "The image reference \"a.b/x:1 \" is wrong at character 8: the tag must not have"
                + " U+0020 there; remove the white space, names are never trimmed.");
    assertThat(assertInvalid("a.b:x/y@sha256:0").detail())
        .contains("is wrong at character 5: the port must not have 'x' there.");
    assertThat(assertInvalid("a.b/y@sha256:0").detail())
        .contains("is wrong at character 14: a sha256 digest has exactly 64")
        .contains("this one 1.");
    assertThat(assertInvalid("a.b/y-").detail()).contains("at character 6: a part").contains("'-'");
  }

  @Test
  void aReferenceCannotBeMadeFromPartsThatAreNotNormal() {
    assertNotNormal("Docker.io", "library/nginx", Optional.of("1"));
    assertNotNormal("index.docker.io", "library/nginx", Optional.of("1"));
    assertNotNormal("docker.io", "nginx", Optional.of("1"));
    assertNotNormal("a.b:443", "nginx", Optional.of("1"));
    assertNotNormal("a.b", "nginx", Optional.of(""));
    assertNotNormal("a.b", "nginx", Optional.empty());
    assertNotNormal("a.b", "n".repeat(252), Optional.of("1"));
  }

  private static void assertNotNormal(String host, String path, Optional<String> tag) {
    assertThatThrownBy(() -> new ImageReference("x", host, path, tag, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Invalid assertInvalid(String reference) {
    ReferenceResult result = ImageReference.parse(reference);
    assertThat(result).isInstanceOf(Invalid.class);
    Invalid invalid = (Invalid) result;
    assertThat(invalid.requested()).isEqualTo(reference);
    assertThat(invalid.detail()).isNotBlank().hasSizeLessThan(1200);
    return invalid;
  }
}
