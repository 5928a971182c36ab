package dev.assayer.validation.notary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.remote.Fetch;
import dev.assayer.remote.FetchResult;
import dev.assayer.remote.Upstream;
import dev.assayer.samples.SignedRepository;
import dev.assayer.state.InMemoryTrustState;
import dev.assayer.state.RepositoryMemory;
import dev.assayer.time.Deadline;
import dev.assayer.validation.UpstreamProbe;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NotaryProbeTest {
  private final SignedRepository repository = SignedRepository.create("docker.io/acme/app");
  private final InMemoryTrustState state = new InMemoryTrustState();

  private UpstreamProbe.Result probe(Upstream upstream, Optional<String> named) {
    return new NotaryProbe(upstream, state, named).probe(Deadline.after(Duration.ofSeconds(4)));
  }

  private void remember(String repositoryKey) {
    RepositoryMemory seen =
        new RepositoryMemory(
            Optional.of("{}"), Map.of(), Optional.empty(), Set.of(), Optional.empty());
    assertThat(state.replace(repositoryKey, RepositoryMemory.NONE, seen)).isTrue();
  }

  @Test
  void aRepositoryOfThePolicyIsAskedForFirst() {
    repository.publish();
    remember("notary.invalid docker.io/acme/remembered");
    UpstreamProbe.Result result =
        probe(new MemoryUpstream(repository), Optional.of("docker.io/acme/app"));
    assertThat(result.up()).isTrue();
    assertThat(result.detail())
        .isEqualTo("notary.invalid serves timestamp.json of docker.io/acme/app");
  }

  @Test
  void thenOneThatWasVerifiedOnThatServerAndThenAReservedName() {
    repository.publish();
    remember("another.invalid docker.io/acme/elsewhere");
    assertThat(probe(new MemoryUpstream(repository), Optional.empty()).detail())
        .endsWith("has nothing for assayer.invalid/health/probe");
    remember("notary.invalid docker.io/acme/app");
    assertThat(probe(new MemoryUpstream(repository), Optional.empty()).detail())
        .endsWith("serves timestamp.json of docker.io/acme/app");
  }

  @Test
  void onlyAnAnswerAboutMetadataIsUp() {
    Set<Reason> up = Set.of(Reason.AUTH_FAILED, Reason.RATE_LIMITED);
    Stream.of(
            Reason.AUTH_FAILED,
            Reason.RATE_LIMITED,
            Reason.UPSTREAM_ERROR,
            Reason.UPSTREAM_TIMEOUT,
            Reason.UPSTREAM_UNREACHABLE,
            Reason.UPSTREAM_MALFORMED,
            Reason.TLS_FAILED,
            Reason.REDIRECT_BLOCKED,
            Reason.TOO_LARGE,
            Reason.INTERNAL_ERROR)
        .forEach(reason ->
            assertThat(probe(new Failing(reason), Optional.empty()).up())
                .as(reason.code())
                .isEqualTo(up.contains(reason)));
  }

  private record Failing(Reason reason) implements Upstream {
    @Override
    public String host() {
      return "notary.invalid";
    }

    @Override
    public FetchResult fetch(Fetch fetch, StageLog stages, Deadline deadline) {
      return new FetchResult.Failed(reason, "it failed");
    }

    @Override
    public void close() {}
  }
}
