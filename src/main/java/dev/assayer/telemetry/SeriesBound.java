package dev.assayer.telemetry;

import java.util.ArrayList;
import java.util.List;

/**
 * How many series a metric can have at most.
 *
 * @param fixed series that are always possible
 * @param perUpstream for each host that is called
 * @param perValidator for each configured validator
 * @param perKey for each trust root of a validator
 * @param perRepository for each place in the budget of repositories
 * @param perReceiver for each receiver of alerts
 */
record SeriesBound(
    int fixed, int perUpstream, int perValidator, int perKey, int perRepository, int perReceiver) {

  static SeriesBound of(int fixed) {
    return new SeriesBound(fixed, 0, 0, 0, 0, 0);
  }

  static SeriesBound perUpstream(int each) {
    return new SeriesBound(0, each, 0, 0, 0, 0);
  }

  static SeriesBound perValidator(int each) {
    return new SeriesBound(0, 0, each, 0, 0, 0);
  }

  static SeriesBound perRepository(int each) {
    return new SeriesBound(0, 0, 0, 0, each, 0);
  }

  static SeriesBound perReceiver(int each) {
    return new SeriesBound(0, 0, 0, 0, 0, each);
  }

  SeriesBound plus(int more) {
    return new SeriesBound(
        fixed + more, perUpstream, perValidator, perKey, perRepository, perReceiver);
  }

  SeriesBound plusPerKey(int more) {
    return new SeriesBound(
        fixed, perUpstream, perValidator, perKey + more, perRepository, perReceiver);
  }

  /** The number for a configuration of this size. */
  int total(int upstreams, int validators, int keys, int repositories, int receivers) {
    return fixed
        + perUpstream * upstreams
        + perValidator * validators
        + perKey * keys
        + perRepository * repositories
        + perReceiver * receivers;
  }

  /** For people: {@code 16 an upstream + 1}. */
  String text() {
    List<String> parts = new ArrayList<>();
    part(parts, perRepository, " a repository");
    part(parts, perUpstream, " an upstream");
    part(parts, perValidator, " a validator");
    part(parts, perKey, " a trust root");
    part(parts, perReceiver, " a receiver");
    if (fixed > 0 || parts.isEmpty()) {
      parts.add(Integer.toString(fixed));
    }
    return String.join(" + ", parts);
  }

  private static void part(List<String> parts, int each, String of) {
    if (each > 0) {
      parts.add(each + of);
    }
  }
}
