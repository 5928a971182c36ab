package dev.assayer.json;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A JSON object: members in written order, with distinct names. Lookup never hashes. */
public final class JsonObject implements Json {
  static final JsonObject EMPTY = new JsonObject(Names.NONE, new Json[0]);

  private final Names names;
  private final Json[] values;

  /** Takes over the array of values, one for each name. */
  JsonObject(Names names, Json[] values) {
    this.names = names;
    this.values = values;
  }

  /** A builder for an object to be written. */
  public static Builder builder() {
    return new Builder();
  }

  /** The member's value, which may be {@link JsonNull}; empty if there is no such member. */
  public Optional<Json> get(String name) {
    OptionalInt position = names.find(name);
    return position.isPresent() ? Optional.of(values[position.getAsInt()]) : Optional.empty();
  }

  /** Whether there is a member of this name. */
  public boolean has(String name) {
    return names.find(name).isPresent();
  }

  /** The names in written order; unmodifiable. */
  public List<String> names() {
    return names.list();
  }

  /** The members in written order; an unmodifiable view. */
  public List<Map.Entry<String, Json>> entries() {
    return new AbstractList<>() {
      @Override
      public Map.Entry<String, Json> get(int index) {
        return Map.entry(names.at(index), values[index]);
      }

      @Override
      public int size() {
        return values.length;
      }
    };
  }

  /** Number of members. */
  public int size() {
    return values.length;
  }

  Names shape() {
    return names;
  }

  Json valueAt(int position) {
    return values[position];
  }

  @Override
  public String kind() {
    return "an object";
  }

  @Override
  public Optional<JsonObject> asObject() {
    return Optional.of(this);
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof JsonObject that) || that.values.length != values.length) {
      return false;
    }
    if (names == that.names) {
      return Arrays.equals(values, that.values);
    }
    for (int i = 0; i < values.length; i++) {
      OptionalInt position = that.names.find(names.at(i));
      if (position.isEmpty() || !values[i].equals(that.values[position.getAsInt()])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += names.at(i).hashCode() ^ values[i].hashCode();
    }
    return sum;
  }

  /** The compact JSON text. */
  @Override
  public String toString() {
    return JsonText.compact(this);
  }

  /** Collects members in the order they are to be written. Not safe for several threads. */
  public static final class Builder {
    private final List<String> names = new ArrayList<>();
    private final List<Json> values = new ArrayList<>();

    private Builder() {}

    /** Adds a member. */
    public Builder put(String name, Json value) {
      names.add(name);
      values.add(value);
      return this;
    }

    /** Adds a string member. */
    public Builder put(String name, String value) {
      return put(name, Json.of(value));
    }

    /** Adds an integer member. */
    public Builder put(String name, long value) {
      return put(name, Json.of(value));
    }

    /** Adds a truth value. */
    public Builder put(String name, boolean value) {
      return put(name, Json.of(value));
    }

    /** Adds an array of strings. */
    public Builder put(String name, List<String> value) {
      return put(name, JsonArray.ofStrings(value));
    }

    /**
     * The object.
     *
     * @throws IllegalArgumentException if a name was put twice
     */
    public JsonObject build() {
      return switch (Names.check(names.toArray(String[]::new))) {
        case Names.Checked.Distinct(Names distinct) ->
            new JsonObject(distinct, values.toArray(Json[]::new));
        case Names.Checked.Duplicate(int position) ->
            throw new IllegalArgumentException(
                "member " + Quoted.of(names.get(position)) + " was put twice");
      };
    }
  }
}
