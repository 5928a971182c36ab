package dev.assayer.testing;

import java.util.ArrayList;
import java.util.List;

/** Every scenario that is run on the real Notary and recorded. */
public final class NotaryScenarios {
  private NotaryScenarios() {}

  /** All of them, with distinct names and repositories. */
  public static List<NotaryScenario> all() {
    List<NotaryScenario> all = new ArrayList<>();
    all.addAll(TagScenarios.all());
    all.addAll(DelegationScenarios.all());
    all.addAll(NarrowedScenarios.all());
    all.addAll(RotationScenarios.all());
    all.addAll(KeyKindScenarios.all());
    return List.copyOf(all);
  }

  /** The digest of the image that a text stands for. */
  static String digest(String image) {
    return TrustFiles.sha256(image);
  }
}
