package dev.assayer.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.comments.CommentLine;
import org.snakeyaml.engine.v2.comments.CommentType;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/** Writes a tree as YAML that reads as the same tree, with the lines that its lists came from. */
final class YamlWriter {
  private static final int WIDTH = 4096;

  /** Read as something else than a string by YAML 1.1 or 1.2. */
  private static final Set<String> WORDS =
      Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan");

  private YamlWriter() {}

  /**
   * The tree as text.
   *
   * @param header lines of comment at the top
   */
  static String write(YamlNode.Mapping tree, List<String> header) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDumpComments(true)
            .setSchema(new JsonSchema())
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setIndent(2)
            .setIndicatorIndent(2)
            .setIndentWithIndicator(true)
            .setWidth(WIDTH)
            .setSplitLines(false)
            .build();
    Text text = new Text();
    new Dump(settings).dumpNode(node(tree, false), text);
    StringBuilder whole = new StringBuilder();
    header.forEach(line -> whole.append("# ").append(line).append('\n'));
    return whole.append(text.text).toString();
  }

  private static Node node(YamlNode node, boolean told) {
    Node written =
        switch (node) {
          case YamlNode.Scalar scalar -> scalar(scalar);
          case YamlNode.Sequence list ->
              new SequenceNode(
                  Tag.SEQ,
                  list.items().stream().map(item -> node(item, true)).toList(),
                  list.items().isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
          case YamlNode.Mapping mapping -> {
            List<NodeTuple> tuples = new ArrayList<>();
            for (YamlNode.Entry entry : mapping.entries()) {
              tuples.add(new NodeTuple(scalar(entry.key()), node(entry.value(), false)));
            }
            yield new MappingNode(
                Tag.MAP, tuples, tuples.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
          }
        };
    if (told && node instanceof YamlNode.Mapping) {
      String from = node.line() > 0 ? " line " + node.line() : " denies what was not converted";
      written.setBlockComments(List.of(comment(from)));
    }
    return written;
  }

  private static CommentLine comment(String text) {
    return new CommentLine(Optional.empty(), Optional.empty(), text, CommentType.BLOCK);
  }

  private static Node scalar(YamlNode.Scalar scalar) {
    // A tag other than the one that the text has by itself would be written.
    Tag tag =
        scalar.type() == YamlNode.Type.STRING
            ? Tag.STR
            : new JsonSchema().getScalarResolver().resolve(scalar.text(), Boolean.TRUE);
    ScalarStyle style =
        scalar.type() == YamlNode.Type.STRING ? style(scalar.text()) : ScalarStyle.PLAIN;
    return new ScalarNode(tag, scalar.text(), style);
  }

  private static ScalarStyle style(String text) {
    if (text.indexOf('\n') >= 0 && isBlock(text)) {
      return ScalarStyle.LITERAL;
    }
    boolean plain =
        !text.isEmpty()
            && Character.isLetter(text.charAt(0))
            && text.chars().allMatch(YamlWriter::isPlain)
            && !WORDS.contains(text.toLowerCase(Locale.ROOT));
    return plain ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED;
  }

  /** Lines without surprises, such as PEM; whatever else has a line break goes in quotes. */
  private static boolean isBlock(String text) {
    return text.lines().noneMatch(line -> line.isBlank() || !line.equals(line.strip()))
        && text.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 127));
  }

  private static boolean isPlain(int c) {
    return c < 128
        && (Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-' || c == '/');
  }

  /** Gathers what is written. */
  private static final class Text implements StreamDataWriter {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void write(String str) {
      text.append(str);
    }

    @Override
    public void write(String str, int off, int len) {
      text.append(str, off, off + len);
    }
  }
}
