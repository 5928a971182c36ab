package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.crypto.Sha;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tree of RFC 6962 and its proofs, against known roots and against a naive second making. */
class ProofsTest {
  /** The eight leaves that every implementation of Certificate Transparency is tested with. */
  private static final List<String> LEAVES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  private static final List<String> ROOTS =
      List.of(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private static List<Hash> leaves(int count) {
    List<Hash> leaves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      leaves.add(Hash.leaf(LogRig.bytes("entry " + i)));
    }
    return leaves;
  }

  /** RFC 6962 section 2.1, word for word. */
  private static Hash naive(List<Hash> leaves) {
    int n = leaves.size();
    if (n == 0) {
      return Hash.OF_NOTHING;
    }
    if (n == 1) {
      return leaves.getFirst();
    }
    int k = 1;
    while (k * 2 < n) {
      k *= 2;
    }
    return Hash.node(naive(leaves.subList(0, k)), naive(leaves.subList(k, n)));
  }

  private static Proofs.Subtrees tree(List<Hash> leaves) {
    return (from, to) -> naive(leaves.subList((int) from, (int) to));
  }

  @Test
  void theRootsOfTheWellKnownLeavesAreTheWellKnownOnes() {
    Frontier tree = new Frontier();
    assertThat(tree.root().hex()).isEqualTo(ROOTS.getFirst()).isEqualTo(Sha.sha256Hex(new byte[0]));
    for (int i = 0; i < LEAVES.size(); i++) {
      tree.append(Hash.leaf(HexFormat.of().parseHex(LEAVES.get(i))), (_, _, _) -> {});
      assertThat(tree.root().hex()).isEqualTo(ROOTS.get(i + 1));
    }
  }

  @Test
  void theFrontierMakesTheSameRootAsTheDefinitionAtEverySizeAroundTiles() {
    List<Hash> leaves = leaves(1100);
    Frontier tree = new Frontier();
    for (int size = 1; size <= leaves.size(); size++) {
      tree.append(leaves.get(size - 1), (_, _, _) -> {});
      if (size < 20 || size % 97 == 0 || Math.abs(size % 256) < 3) {
        assertThat(tree.root()).as("size %d", size).isEqualTo(naive(leaves.subList(0, size)));
      }
    }
  }

  @Test
  void everyInclusionProofHoldsAndHoldsForNothingElse() {
    for (int size = 1; size <= 20; size++) {
      List<Hash> leaves = leaves(size);
      Hash root = naive(leaves);
      for (int index = 0; index < size; index++) {
        List<Hash> proof = Proofs.inclusion(index, size, tree(leaves));
        Hash leaf = leaves.get(index);
        assertThat(Proofs.includes(leaf, index, proof, size, root)).isTrue();
        assertThat(Proofs.includes(Hash.leaf(new byte[1]), index, proof, size, root)).isFalse();
        assertThat(Proofs.includes(leaf, index, proof, size, Hash.OF_NOTHING)).isFalse();
        assertThat(Proofs.includes(leaf, index + 1L, proof, size, root)).isFalse();
        assertThat(Proofs.includes(leaf, index, longer(proof), size, root)).isFalse();
        if (!proof.isEmpty()) {
          List<Hash> shorter = proof.subList(1, proof.size());
          assertThat(Proofs.includes(leaf, index, shorter, size, root)).isFalse();
        }
      }
    }
  }

  @Test
  void everyConsistencyProofHoldsAndHoldsForNothingElse() {
    List<Hash> leaves = leaves(20);
    for (int second = 1; second <= 20; second++) {
      Checkpoint newer = head(leaves, second);
      for (int first = 1; first <= second; first++) {
        Checkpoint older = head(leaves, first);
        List<Hash> proof = Proofs.consistency(first, second, tree(leaves));
        assertThat(Proofs.consistent(older, newer, proof)).as("%d, %d", first, second).isTrue();
        assertThat(Proofs.consistent(older, newer, longer(proof))).isFalse();
        Checkpoint forked = new Checkpoint("o", first, Hash.leaf(new byte[3]));
        assertThat(Proofs.consistent(forked, newer, proof)).isFalse();
        if (first < second) {
          assertThat(Proofs.consistent(older, newer, List.of())).isFalse();
          assertThat(Proofs.consistent(newer, older, proof)).isFalse();
        }
      }
    }
  }

  @Test
  void everyTreeBeginsWithTheEmptyOneAndWithNoOtherOfSizeZero() {
    Checkpoint some = head(leaves(5), 5);
    Checkpoint empty = new Checkpoint("o", 0, Hash.OF_NOTHING);
    assertThat(Proofs.consistent(empty, some, List.of())).isTrue();
    assertThat(Proofs.consistent(new Checkpoint("o", 0, some.root()), some, List.of())).isFalse();
  }

  private static Checkpoint head(List<Hash> leaves, int size) {
    return new Checkpoint("o", size, naive(leaves.subList(0, size)));
  }

  private static List<Hash> longer(List<Hash> proof) {
    List<Hash> more = new ArrayList<>(proof);
    more.add(Hash.OF_NOTHING);
    return more;
  }
}
