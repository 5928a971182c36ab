package dev.assayer.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Collects the attributes of one span. Every value is bounded, and so is their sum known. */
final class SpanAttributes {
  /** Names of images, hosts and rules fit; a longer one is cut. */
  static final int MAX_VALUE = 256;

  private static final int MAX_VALUES = 16;

  private final AttributesBuilder attributes = Attributes.builder();
  private int bytes;

  SpanAttributes put(String key, String value) {
    String cut = cut(value);
    attributes.put(key, cut);
    return weigh(key, cut);
  }

  SpanAttributes put(String key, Optional<String> value) {
    value.ifPresent(present -> put(key, present));
    return this;
  }

  SpanAttributes put(String key, List<String> values) {
    if (!values.isEmpty()) {
      List<String> cut = values.stream().limit(MAX_VALUES).map(SpanAttributes::cut).toList();
      attributes.put(key, cut.toArray(String[]::new));
      cut.forEach(value -> weigh(key, value));
    }
    return this;
  }

  SpanAttributes put(String key, long value) {
    attributes.put(key, value);
    return weigh(key, "12345678");
  }

  SpanAttributes put(String key, OptionalLong value) {
    value.ifPresent(present -> put(key, present));
    return this;
  }

  SpanAttributes put(String key, boolean value) {
    attributes.put(key, value);
    return weigh(key, "true");
  }

  Attributes build() {
    return attributes.build();
  }

  /** About what the attributes weigh on the wire. */
  int bytes() {
    return bytes;
  }

  private SpanAttributes weigh(String key, String value) {
    bytes += key.length() + value.getBytes(StandardCharsets.UTF_8).length + 6;
    return this;
  }

  private static String cut(String value) {
    if (value.length() <= MAX_VALUE) {
      return value;
    }
    boolean pair = Character.isHighSurrogate(value.charAt(MAX_VALUE - 2));
    return value.substring(0, pair ? MAX_VALUE - 2 : MAX_VALUE - 1) + '…';
  }
}
