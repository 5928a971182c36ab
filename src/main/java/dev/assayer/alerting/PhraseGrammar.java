package dev.assayer.alerting;

import io.pebbletemplates.pebble.attributes.AttributeResolver;
import io.pebbletemplates.pebble.extension.AbstractExtension;
import io.pebbletemplates.pebble.extension.Extension;
import io.pebbletemplates.pebble.extension.ExtensionCustomizer;
import io.pebbletemplates.pebble.extension.Filter;
import io.pebbletemplates.pebble.extension.Function;
import io.pebbletemplates.pebble.extension.NodeVisitorFactory;
import io.pebbletemplates.pebble.extension.Test;
import io.pebbletemplates.pebble.operator.BinaryOperator;
import io.pebbletemplates.pebble.operator.UnaryOperator;
import io.pebbletemplates.pebble.template.EvaluationContext;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import io.pebbletemplates.pebble.tokenParser.TokenParser;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of the template language that there is. What could loop, grow, call, include or reach
 * beyond the variables is left out, so that time and size are bounded by the template's own length.
 */
final class PhraseGrammar {
  static final Set<String> TAGS = Set.of("if");
  static final Set<String> OPERATORS =
      Set.of(
          "or",
          "and",
          "not",
          "is",
          "is not",
          "contains",
          "==",
          "equals",
          "!=",
          ">",
          "<",
          ">=",
          "<=",
          "|",
          "~");
  static final Set<String> TESTS = Set.of("empty");
  private static final Set<String> CORE_FILTERS =
      Set.of("capitalize", "default", "lower", "trim", "upper");
  static final Set<String> FILTERS =
      Set.of("capitalize", "default", "lower", "trim", "upper", "truncate", "escape", "fenced");

  private PhraseGrammar() {}

  /** Takes away of every extension of the engine what is not listed here. */
  static ExtensionCustomizer trimmed(Extension extension) {
    return new Trimmed(extension);
  }

  private static final class Trimmed extends ExtensionCustomizer {
    Trimmed(Extension extension) {
      super(extension);
    }

    @Override
    public Map<String, Filter> getFilters() {
      return kept(super.getFilters(), CORE_FILTERS);
    }

    @Override
    public Map<String, Test> getTests() {
      return kept(super.getTests(), TESTS);
    }

    @Override
    public Map<String, Function> getFunctions() {
      return Map.of();
    }

    @Override
    public List<TokenParser> getTokenParsers() {
      return orNone(super.getTokenParsers()).stream()
          .filter(parser -> TAGS.contains(parser.getTag()))
          .toList();
    }

    @Override
    public List<BinaryOperator> getBinaryOperators() {
      return orNone(super.getBinaryOperators()).stream()
          .filter(operator -> OPERATORS.contains(operator.getSymbol()))
          .toList();
    }

    @Override
    public List<UnaryOperator> getUnaryOperators() {
      return orNone(super.getUnaryOperators()).stream()
          .filter(operator -> OPERATORS.contains(operator.getSymbol()))
          .toList();
    }

    @Override
    public Map<String, Object> getGlobalVariables() {
      return Map.of();
    }

    @Override
    public List<NodeVisitorFactory> getNodeVisitors() {
      return List.of();
    }

    @Override
    public List<AttributeResolver> getAttributeResolver() {
      return List.of();
    }

    private static <T> List<T> orNone(@Nullable List<T> list) {
      return list == null ? List.of() : list;
    }

    private static <T> Map<String, T> kept(@Nullable Map<String, T> all, Set<String> names) {
      Map<String, T> kept = new HashMap<>();
      if (all != null) {
        all.forEach((name, value) -> {
          if (names.contains(name)) {
            kept.put(name, value);
          }
        });
      }
      return kept;
    }
  }

  /** Filters of our own. */
  static final class Filters extends AbstractExtension {
    @Override
    public Map<String, Filter> getFilters() {
      return Map.of(
          "truncate", new Truncate(),
          "escape", new Escape(),
          "fenced", new Fenced());
    }
  }

  private abstract static class TextFilter implements Filter {
    @Override
    public @Nullable List<String> getArgumentNames() {
      return null;
    }

    @Override
    public Object apply(
        @Nullable Object input,
        Map<String, Object> arguments,
        PebbleTemplate self,
        EvaluationContext context,
        int line) {
      return text(input == null ? "" : input.toString(), arguments);
    }

    abstract String text(String input, Map<String, Object> arguments);
  }

  /** {@code truncate(n)}: at most n characters, cut visibly. */
  private static final class Truncate extends TextFilter {
    @Override
    public List<String> getArgumentNames() {
      return List.of("length");
    }

    @Override
    String text(String input, Map<String, Object> arguments) {
      return arguments.get("length") instanceof Number length
          ? Legible.cut(input, Math.max(0, length.intValue()))
          : input;
    }
  }

  /**
   * For services that read markup: without it a name could call a whole channel (Slack), or be
   * HTML.
   */
  private static final class Escape extends TextFilter {
    @Override
    String text(String input, Map<String, Object> arguments) {
      return input.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
  }

  /** For text between code fences: nothing in it ends them. */
  private static final class Fenced extends TextFilter {
    @Override
    String text(String input, Map<String, Object> arguments) {
      return input.replace('`', '\'');
    }
  }

  /** The names of a set, for messages. */
  static String names(Set<String> names) {
    return String.join(", ", names.stream().sorted().toList()).toLowerCase(Locale.ROOT);
  }
}
