package dev.assayer.testing;

import java.util.function.BiConsumer;

/** Runs scenarios on a live Notary. */
public final class ScenarioRun {
  private ScenarioRun() {}

  /**
   * Runs one scenario.
   *
   * @param atStep called with each step's name and the files then served, before the scenario goes
   *     on
   */
  public static void run(
      RealNotary notary, NotaryScenario scenario, BiConsumer<String, ServedTrustData> atStep) {
    NotaryClient owner = notary.client();
    scenario
        .setup()
        .run(
            new NotaryScenario.Stage() {
              @Override
              public String gun() {
                return scenario.gun();
              }

              @Override
              public NotaryClient owner() {
                return owner;
              }

              @Override
              public NotaryClient another() {
                return notary.client();
              }

              @Override
              public void reached(String step) {
                atStep.accept(step, notary.served(scenario.gun()));
              }
            });
  }
}
