package dev.assayer.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/**
 * Builds the tree of one YAML document. Tags, further documents, repeated keys and keys that are
 * not strings are refused, so that what a person reads is what is loaded. An alias stands for a
 * copy of what its anchor names, and counts as one: copies of copies soon exceed the limit of
 * values.
 */
final class YamlComposer {
  static final int MAX_CHARS = 4 * 1024 * 1024;
  static final int MAX_DEPTH = 32;
  static final int MAX_NODES = 200_000;

  private final JsonSchema schema = new JsonSchema();
  private final Iterator<Event> events;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private int nodes;

  /**
   * A value with a name, how many values it holds, itself included, and how many levels below it.
   */
  private record Anchored(YamlNode node, int size, int height) {}

  private YamlComposer(String text) {
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(MAX_CHARS).build();
    events = new Parse(settings).parseString(text).iterator();
  }

  /** The document's tree; empty for a text that holds no document. */
  static Optional<YamlNode> compose(String text) throws YamlProblem {
    try {
      return new YamlComposer(text).document();
    } catch (RuntimeException exception) {
      // The parser reports by exception, and has thrown others than its own on hostile input.
      throw YamlSyntax.explain(text, exception);
    }
  }

  private Optional<YamlNode> document() throws YamlProblem {
    events.next(); // stream start
    if (events.next() instanceof StreamEndEvent) {
      return Optional.empty();
    }
    YamlNode root = node(events.next(), 1);
    if (!(events.next() instanceof DocumentEndEvent)) {
      throw new IllegalStateException("a document has one root");
    }
    Event next = events.next();
    if (!(next instanceof StreamEndEvent)) {
      throw problem(
          next, "the file holds more than one YAML document", "keep one, without --- lines");
    }
    return Optional.of(root);
  }

  private YamlNode node(Event event, int depth) throws YamlProblem {
    if (event instanceof AliasEvent alias) {
      return copy(alias, depth);
    }
    int before = nodes;
    YamlNode node = written(event, depth);
    if (event instanceof NodeEvent named && named.getAnchor().isPresent()) {
      // Named only when it is complete, so that nothing can hold itself.
      anchors.put(
          named.getAnchor().get().getValue(), new Anchored(node, nodes - before, height(node)));
    }
    return node;
  }

  private static int height(YamlNode node) {
    return switch (node) {
      case YamlNode.Scalar _ -> 0;
      case YamlNode.Sequence sequence ->
          sequence.items().stream().mapToInt(YamlComposer::height).max().orElse(-1) + 1;
      case YamlNode.Mapping mapping ->
          mapping.entries().stream().mapToInt(e -> height(e.value())).max().orElse(-1) + 1;
    };
  }

  private YamlNode copy(AliasEvent alias, int depth) throws YamlProblem {
    Anchored named = anchors.get(alias.getAlias().getValue());
    if (named == null) {
      throw problem(
          alias,
          "the alias "
              + Shown.quoted("*" + alias.getAlias().getValue())
              + " names nothing before it",
          "a value that starts with * or & needs quotes, such as \"*:*\"");
    }
    limit(alias, depth + named.height(), nodes += named.size());
    return named.node();
  }

  private YamlNode written(Event event, int depth) throws YamlProblem {
    limit(event, depth, ++nodes);
    return switch (event) {
      case ScalarEvent scalar -> scalar(scalar);
      case SequenceStartEvent start -> sequence(start, depth);
      case MappingStartEvent start -> mapping(start, depth);
      default -> throw new IllegalStateException("unexpected " + event.getEventId());
    };
  }

  private static void limit(Event event, int depth, int count) throws YamlProblem {
    if (depth > MAX_DEPTH) {
      throw problem(event, "nested deeper than " + MAX_DEPTH + " levels", "remove levels");
    }
    if (count > MAX_NODES) {
      throw problem(event, "holds more than " + MAX_NODES + " values", "remove some");
    }
  }

  private YamlNode.Scalar scalar(ScalarEvent event) throws YamlProblem {
    refuseTag(event, event.getTag());
    String text = event.getValue();
    Tag tag = event.isPlain() ? schema.getScalarResolver().resolve(text, Boolean.TRUE) : Tag.STR;
    YamlNode.Type type = YamlNode.Type.STRING;
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      type = YamlNode.Type.NUMBER;
    } else if (tag.equals(Tag.BOOL)) {
      type = YamlNode.Type.BOOLEAN;
    } else if (tag.equals(Tag.NULL)) {
      type = YamlNode.Type.NULL;
    }
    return new YamlNode.Scalar(text, type, line(event), column(event));
  }

  private YamlNode sequence(SequenceStartEvent start, int depth) throws YamlProblem {
    refuseTag(start, start.getTag());
    List<YamlNode> items = new ArrayList<>();
    Event event = events.next();
    while (!(event instanceof SequenceEndEvent)) {
      items.add(node(event, depth + 1));
      event = events.next();
    }
    return new YamlNode.Sequence(List.copyOf(items), line(start), column(start));
  }

  private YamlNode mapping(MappingStartEvent start, int depth) throws YamlProblem {
    refuseTag(start, start.getTag());
    List<YamlNode.Entry> entries = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    Event event = events.next();
    while (!(event instanceof MappingEndEvent)) {
      YamlNode node = node(event, depth + 1);
      if (!(node instanceof YamlNode.Scalar key) || key.type() != YamlNode.Type.STRING) {
        throw problem(
            event, "a field name must be a string, not " + node.kind(), "put it in quotes");
      }
      Integer first = lines.putIfAbsent(key.text(), key.line());
      if (first != null) {
        throw problem(
            event,
            "field " + Shown.quoted(key.text()) + " stands twice, first in line " + first,
            "keep one of them");
      }
      entries.add(new YamlNode.Entry(key, node(events.next(), depth + 1)));
      event = events.next();
    }
    return new YamlNode.Mapping(List.copyOf(entries), line(start), column(start));
  }

  private static void refuseTag(Event event, Optional<String> tag) throws YamlProblem {
    if (tag.isPresent()) {
      throw problem(event, "YAML tags are not accepted", "remove the word that starts with !");
    }
  }

  private static YamlProblem problem(Event event, String problem, String remedy) {
    return new YamlProblem(line(event), column(event), problem, remedy);
  }

  private static int line(Event event) {
    return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  private static int column(Event event) {
    return event.getStartMark().map(mark -> mark.getColumn() + 1).orElse(0);
  }
}
