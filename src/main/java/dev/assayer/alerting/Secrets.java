package dev.assayer.alerting;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonString;
import dev.assayer.remote.Parcel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What of a request must not come back to a screen, should a receiver repeat it. */
final class Secrets {
  /** Shorter texts are words, and stand in any answer. */
  private static final int SHORTEST = 6;

  private static final String HIDDEN = "***";

  private Secrets() {}

  /** The address, its parts, the headers' values and the configured fields; the longest first. */
  static List<String> of(Parcel parcel, JsonObject... fields) {
    List<String> all = new ArrayList<>();
    String address = parcel.to().toString();
    all.add(address);
    all.add(parcel.to().getRawAuthority());
    all.add(parcel.to().getHost());
    split(address, "/?&=#", all);
    for (String value : parcel.headers().values()) {
      all.add(value);
      split(value, " ,;=", all);
    }
    for (JsonObject object : fields) {
      strings(object, all);
    }
    return all.stream()
        .filter(text -> text.length() >= SHORTEST)
        .distinct()
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
  }

  /** A text of the receiver without any of them, on one line. */
  static String withheld(String text, List<String> secrets, int max) {
    String safe = text;
    for (String secret : secrets) {
      safe = safe.replace(secret, HIDDEN);
    }
    return Legible.line(safe.strip(), max);
  }

  private static void split(String text, String at, List<String> into) {
    StringBuilder part = new StringBuilder();
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || at.indexOf(text.charAt(i)) >= 0) {
        into.add(part.toString());
        part.setLength(0);
      } else {
        part.append(text.charAt(i));
      }
    }
  }

  private static void strings(Json json, List<String> into) {
    switch (json) {
      case JsonObject object -> object.entries().forEach(entry -> strings(entry.getValue(), into));
      case JsonArray array -> array.values().forEach(element -> strings(element, into));
      case JsonString(String text) -> into.add(text);
      default -> {}
    }
  }
}
