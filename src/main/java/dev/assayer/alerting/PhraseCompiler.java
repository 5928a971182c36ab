package dev.assayer.alerting;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.loader.StringLoader;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import java.util.Optional;
import java.util.Set;

/**
 * Makes phrases of texts with Jinja-like placeholders. The engine escapes nothing, since a phrase
 * is one JSON string and is encoded as such; it reaches no file, class, method or network. Safe for
 * concurrent use.
 */
final class PhraseCompiler {
  /** Above the longest string of a shipped template by far. */
  static final int MAX_TEXT = 8 * 1024;

  /** Bounds how deep a placeholder can nest, whatever the stack holds. */
  static final int MAX_PLACEHOLDER = 1024;

  private final PebbleEngine engine =
      new PebbleEngine.Builder()
          .loader(new StringLoader())
          .autoEscaping(false)
          .strictVariables(true)
          .newLineTrimming(false)
          .cacheActive(false)
          .methodAccessValidator((_, _) -> false)
          .extension(new PhraseGrammar.Filters())
          .registerExtensionCustomizer(PhraseGrammar::trimmed)
          .build();

  private final PhraseCheck check;

  PhraseCompiler(Set<String> variables) {
    check = new PhraseCheck(variables);
  }

  /** What compiling gives. */
  sealed interface Result {}

  /** It can be filled in. */
  record Compiled(Phrase phrase) implements Result {}

  /** It cannot be used. */
  record Refused(Problem problem) implements Result {}

  /** Whether a text has placeholders at all; others stand for themselves. */
  static boolean isPlain(String text) {
    return !text.contains("{{") && !text.contains("{%") && !text.contains("{#");
  }

  Result compile(String text) {
    if (text.length() > MAX_TEXT) {
      return refused("is longer than " + MAX_TEXT + " characters", "divide it");
    }
    if (text.lastIndexOf("{#") > text.lastIndexOf("#}")) {
      return refused("begins a comment with {# that does not end", "end it with #}");
    }
    if (longest(text) > MAX_PLACEHOLDER) {
      return refused(
          "has a placeholder of more than " + MAX_PLACEHOLDER + " characters", "make it simpler");
    }
    try {
      PebbleTemplate template = engine.getLiteralTemplate(text);
      if (!(template instanceof PebbleTemplateImpl parsed)) {
        return refused("cannot be checked", "use a plain text");
      }
      Optional<Problem> problem = check.of(parsed.getRootNode());
      return problem.isPresent() ? new Refused(problem.get()) : new Compiled(new Phrase(template));
    } catch (PebbleException malformed) {
      return refused(
          "cannot be read: " + Legible.line(String.valueOf(malformed.getPebbleMessage()), 200),
          "correct the placeholder");
    } catch (RuntimeException malformed) {
      return refused("cannot be read", "correct the placeholder");
    } catch (StackOverflowError deep) {
      return refused("is nested too deeply", "make it simpler");
    }
  }

  /** The length of the longest placeholder; one that does not end takes the rest. */
  private static int longest(String text) {
    int longest = 0;
    for (int from = text.indexOf('{'); from >= 0; from = text.indexOf('{', from + 1)) {
      if (text.startsWith("{{", from) || text.startsWith("{%", from)) {
        int end = text.indexOf(text.charAt(from + 1) == '{' ? "}}" : "%}", from + 2);
        longest = Math.max(longest, (end < 0 ? text.length() : end) - from);
      }
    }
    return longest;
  }

  private static Refused refused(String what, String remedy) {
    return new Refused(new Problem(what, remedy));
  }
}
