package dev.assayer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomsTest {
  @ParameterizedTest(name = "{0} may use {1}: {2}")
  @CsvSource({
    "policy, image, true",
    "image, policy, false",
    "image, json, false",
    "policy, config, false",
    "image, image, true",
    "admission, validation, true",
    "admission, validation.notary, true",
    "validation.notary, validation, true",
    "validation.notary, validation.notary.chain, false",
    "validation.notary.chain, validation.notary, true",
    "validation.notary, validation.cosign, false",
    "validation.notary, validation.notaryother, false",
    "validation, validation.notary, false",
    "cli, server, true",
    "server, cli, false",
    "server, admission, true",
    "attic, image, false",
    "server, attic, false",
  })
  void aRoomUsesOnlyTheFloorsBelow(String from, String to, boolean allowed) {
    assertThat(Rooms.mayUse(Rooms.BASE + from, Rooms.BASE + to)).isEqualTo(allowed);
  }

  @ParameterizedTest(name = "{0} may use {1}: {2}")
  @CsvSource({
    "json, com.fasterxml.jackson.core.JsonFactory, true",
    "config, com.fasterxml.jackson.core.JsonFactory, false",
    "validation.notary, com.github.benmanes.caffeine.cache.Cache, true",
    "policy, com.github.benmanes.caffeine.cache.Cache, false",
    "remote, java.net.http.HttpClient, true",
    "alerting, java.net.http.HttpClient, false",
    "alerting, java.net.URI, true",
    "image, org.jspecify.annotations.Nullable, true",
    "image, org.newcomer.Thing, false",
  })
  void aLibraryIsUsedOnlyByTheRoomThatOwnsIt(String from, String className, boolean allowed) {
    assertThat(Rooms.mayUseLibrary(Rooms.BASE + from, className)).isEqualTo(allowed);
  }
}
