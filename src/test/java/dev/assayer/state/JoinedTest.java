package dev.assayer.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memories of replicas that watched one repository at different times, joined. */
class JoinedTest {
  private static final List<String> ROLES =
      List.of("root", "timestamp", "snapshot", "targets", "targets/releases", "targets/a/b");
  private static final Set<String> ONLINE = Set.of("timestamp", "snapshot");

  /** The states that a repository of an honest server went through, oldest first. */
  private static List<RepositoryMemory> history(Random random) {
    Map<String, Mark> now = new HashMap<>();
    ROLES.forEach(role -> now.put(role, mark(role, 1, "k0")));
    String keys = "k0";
    Set<String> signers = new HashSet<>();
    List<RepositoryMemory> history = new ArrayList<>();
    for (int time = 0; time < 30; time++) {
      if (random.nextInt(5) == 0) {
        now.put("root", mark("root", now.get("root").version() + 1, ""));
        if (random.nextBoolean()) {
          keys = "k" + time;
          // New keys may begin to count anew: fast-forward recovery.
          for (String role : ONLINE) {
            now.put(role, mark(role, 1 + random.nextInt(3), keys));
          }
        }
      }
      for (String role : ROLES) {
        if (!role.equals("root") && random.nextBoolean()) {
          now.put(role, mark(role, now.get(role).version() + 1, keys));
        }
      }
      signers.add("targets key" + random.nextInt(6));
      Map<String, Mark> known = new HashMap<>(now);
      if (random.nextBoolean()) {
        known.remove("targets/a/b"); // was not asked for
      }
      Optional<String> root =
          random.nextInt(4) == 0
              ? Optional.empty()
              : Optional.of("root " + now.get("root").version());
      history.add(
          new RepositoryMemory(
              root,
              known,
              Optional.of(keys),
              signers,
              Optional.of(Instant.ofEpochSecond(random.nextInt(1000)))));
    }
    return history;
  }

  private static Mark mark(String role, long version, String keys) {
    String under = ONLINE.contains(role) ? keys : "";
    return new Mark(version, role + version + under);
  }

  private static RepositoryMemory join(RepositoryMemory one, RepositoryMemory other) {
    Joined joined = Joined.of(one, other);
    assertThat(joined.conflicts()).isEmpty();
    return joined.memory();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @DisplayName("memories of an honest repository join to the same in any order, however often")
  void aJoinIsALeastUpperBound(long seed) {
    Random random = new Random(seed);
    for (int run = 0; run < 200; run++) {
      List<RepositoryMemory> seen = history(random);
      RepositoryMemory a = seen.get(random.nextInt(seen.size()));
      RepositoryMemory b = seen.get(random.nextInt(seen.size()));
      RepositoryMemory c = seen.get(random.nextInt(seen.size()));
      assertThat(join(a, b)).as("commutative").isEqualTo(join(b, a));
      assertThat(join(a, a)).as("idempotent").isEqualTo(a);
      assertThat(join(join(a, b), b)).as("absorbing").isEqualTo(join(a, b));
      assertThat(join(join(a, b), c).marks())
          .as("associative")
          .isEqualTo(join(a, join(b, c)).marks());
      assertThat(join(a, RepositoryMemory.NONE)).isEqualTo(a);
      assertThat(join(RepositoryMemory.NONE, a)).isEqualTo(a);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  @DisplayName("a join lowers no mark, unless a newer root replaced the keys that it counts under")
  void aJoinLowersNoMark(long seed) {
    Random random = new Random(seed);
    int replaced = 0;
    for (int run = 0; run < 400; run++) {
      List<RepositoryMemory> seen = history(random);
      RepositoryMemory a = seen.get(random.nextInt(seen.size()));
      RepositoryMemory b = seen.get(random.nextInt(seen.size()));
      RepositoryMemory joined = join(a, b);
      for (RepositoryMemory one : List.of(a, b)) {
        boolean otherKeys = !joined.onlineKeys().equals(one.onlineKeys());
        if (otherKeys) {
          replaced++;
          assertThat(joined.marks().get("root").version())
              .isGreaterThan(one.marks().get("root").version());
        }
        one.marks()
            .forEach((role, mark) -> {
              if (!otherKeys || !ONLINE.contains(role)) {
                assertThat(joined.marks().get(role).version())
                    .isGreaterThanOrEqualTo(mark.version());
              }
            });
        assertThat(joined.signers()).containsAll(one.signers());
      }
      assertThat(joined.marks().get("timestamp").signedSha256())
          .as("a mark stands only beside the keys it counts under")
          .endsWith(joined.onlineKeys().orElseThrow());
    }
    assertThat(replaced).as("the generator makes rotations").isPositive();
  }

  private static RepositoryMemory seen(long targets, String content) {
    return new RepositoryMemory(
        Optional.of("root"),
        Map.of(
            "root", new Mark(1, "r"),
            "timestamp", new Mark(3, "t"),
            "targets", new Mark(targets, content)),
        Optional.of("k"),
        Set.of(),
        Optional.empty());
  }

  @Test
  @DisplayName("equivocation between replicas: the first one's mark stays, and it is told")
  void otherContentUnderOneVersion() {
    Joined joined = Joined.of(seen(7, "mine"), seen(7, "theirs"));
    assertThat(joined.conflicts()).containsExactly("targets");
    assertThat(joined.memory().marks().get("targets")).isEqualTo(new Mark(7, "mine"));
    assertThat(Joined.of(seen(7, "mine"), seen(8, "theirs")).conflicts()).isEmpty();
  }

  @Test
  @DisplayName("a newer root takes its timestamp along, though the old one's version was higher")
  void aNewerRootWithOtherKeys() {
    RepositoryMemory old = seen(7, "a");
    RepositoryMemory rotated =
        new RepositoryMemory(
            Optional.of("root 2"),
            Map.of(
                "root", new Mark(2, "r2"),
                "timestamp", new Mark(1, "new"),
                "targets", new Mark(6, "b")),
            Optional.of("k2"),
            Set.of(),
            Optional.empty());
    RepositoryMemory joined = join(old, rotated);
    assertThat(joined.root()).contains("root 2");
    assertThat(joined.marks())
        .containsEntry("timestamp", new Mark(1, "new"))
        .containsEntry("targets", new Mark(7, "a"));
  }

  @Test
  @DisplayName("a newer root that was too large to share leaves the older one to descend from")
  void aRootThatWasLeftOut() {
    RepositoryMemory bare =
        new RepositoryMemory(
            Optional.empty(),
            Map.of("root", new Mark(2, "r2"), "timestamp", new Mark(4, "t4")),
            Optional.of("k"),
            Set.of(),
            Optional.empty());
    RepositoryMemory joined = join(seen(7, "a"), bare);
    assertThat(joined.root()).contains("root");
    assertThat(joined.marks().get("root")).isEqualTo(new Mark(2, "r2"));
  }
}
