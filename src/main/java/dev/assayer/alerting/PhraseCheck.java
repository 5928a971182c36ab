package dev.assayer.alerting;

import io.pebbletemplates.pebble.node.ArgumentsNode;
import io.pebbletemplates.pebble.node.BodyNode;
import io.pebbletemplates.pebble.node.IfNode;
import io.pebbletemplates.pebble.node.NamedArgumentNode;
import io.pebbletemplates.pebble.node.PositionalArgumentNode;
import io.pebbletemplates.pebble.node.PrintNode;
import io.pebbletemplates.pebble.node.RenderableNode;
import io.pebbletemplates.pebble.node.RootNode;
import io.pebbletemplates.pebble.node.TestInvocationExpression;
import io.pebbletemplates.pebble.node.TextNode;
import io.pebbletemplates.pebble.node.expression.BinaryExpression;
import io.pebbletemplates.pebble.node.expression.ContextVariableExpression;
import io.pebbletemplates.pebble.node.expression.Expression;
import io.pebbletemplates.pebble.node.expression.FilterInvocationExpression;
import io.pebbletemplates.pebble.node.expression.FunctionOrMacroInvocationExpression;
import io.pebbletemplates.pebble.node.expression.GetAttributeExpression;
import io.pebbletemplates.pebble.node.expression.LiteralBooleanExpression;
import io.pebbletemplates.pebble.node.expression.LiteralIntegerExpression;
import io.pebbletemplates.pebble.node.expression.LiteralLongExpression;
import io.pebbletemplates.pebble.node.expression.LiteralStringExpression;
import io.pebbletemplates.pebble.node.expression.TernaryExpression;
import io.pebbletemplates.pebble.node.expression.UnaryExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a parsed phrase from end to end, branches that are seldom taken too. A kind of node that is
 * not known here is refused, so that a newer engine brings nothing in by itself.
 */
final class PhraseCheck {
  private static final int DEEPEST = 40;

  private final Set<String> variables;

  PhraseCheck(Set<String> variables) {
    this.variables = variables;
  }

  /** What must not be there, if anything. */
  Optional<Problem> of(RenderableNode root) {
    return node(root, 0);
  }

  private Optional<Problem> node(@Nullable RenderableNode node, int depth) {
    return switch (node) {
      case null -> Optional.empty();
      case RootNode root -> node(root.getBody(), depth);
      case TextNode _ -> Optional.empty();
      case PrintNode print -> expression(print.getExpression(), depth + 1);
      case BodyNode body -> first(body.getChildren().stream().map(child -> node(child, depth + 1)));
      case IfNode branches ->
          first(
              Stream.concat(
                  branches.getConditionsWithBodies().stream()
                      .flatMap(branch ->
                          Stream.of(
                              expression(branch.getLeft(), depth + 1),
                              node(branch.getRight(), depth + 1))),
                  Stream.of(node(branches.getElseBody(), depth + 1))));
      default -> notAvailable(node);
    };
  }

  private Optional<Problem> expression(@Nullable Expression<?> expression, int depth) {
    if (depth > DEEPEST) {
      return Optional.of(new Problem("is nested too deeply", "make it simpler"));
    }
    int below = depth + 1;
    return switch (expression) {
      case null -> Optional.empty();
      case LiteralStringExpression _ -> Optional.empty();
      case LiteralIntegerExpression _ -> Optional.empty();
      case LiteralLongExpression _ -> Optional.empty();
      case LiteralBooleanExpression _ -> Optional.empty();
      case ContextVariableExpression variable -> variable(variable.getName());
      case BinaryExpression<?> binary ->
          first(
              Stream.of(
                  expression(binary.getLeftExpression(), below),
                  expression(binary.getRightExpression(), below)));
      case UnaryExpression unary -> expression(unary.getChildExpression(), below);
      case TernaryExpression choice ->
          first(
              Stream.of(
                  expression(choice.getExpression1(), below),
                  expression(choice.getExpression2(), below),
                  expression(choice.getExpression3(), below)));
      case FilterInvocationExpression filter ->
          PhraseGrammar.FILTERS.contains(filter.getFilterName())
              ? arguments(filter.getArgs(), below)
              : Optional.of(unknown("filter", filter.getFilterName(), PhraseGrammar.FILTERS));
      case TestInvocationExpression test ->
          PhraseGrammar.TESTS.contains(test.getTestName())
              ? arguments(test.getArgs(), below)
              : Optional.of(unknown("test", test.getTestName(), PhraseGrammar.TESTS));
      case GetAttributeExpression _ ->
          Optional.of(
              new Problem("asks for a part of a variable", "variables are texts and numbers"));
      case FunctionOrMacroInvocationExpression _ ->
          Optional.of(new Problem("calls a function", "there are none; use variables"));
      default -> notAvailable(expression);
    };
  }

  /** The engine gives null for a list without elements. */
  private Optional<Problem> arguments(@Nullable ArgumentsNode arguments, int depth) {
    if (arguments == null) {
      return Optional.empty();
    }
    List<Expression<?>> values = new ArrayList<>();
    List<PositionalArgumentNode> positional = arguments.getPositionalArgs();
    if (positional != null) {
      positional.forEach(argument -> values.add(argument.getValueExpression()));
    }
    List<NamedArgumentNode> named = arguments.getNamedArgs();
    if (named != null) {
      named.forEach(argument -> values.add(argument.getValueExpression()));
    }
    return first(values.stream().map(value -> expression(value, depth)));
  }

  private Optional<Problem> variable(String name) {
    return variables.contains(name)
        ? Optional.empty()
        : Optional.of(unknown("variable", name, variables));
  }

  private static Problem unknown(String kind, String name, Set<String> known) {
    return new Problem(
        "has the unknown " + kind + " \"" + Legible.line(name, 60) + "\"",
        "use one of " + PhraseGrammar.names(known));
  }

  private static Optional<Problem> notAvailable(Object node) {
    return Optional.of(
        new Problem(
            "holds what is not available here (" + node.getClass().getSimpleName() + ")",
            "use variables, filters and if"));
  }

  private static Optional<Problem> first(Stream<Optional<Problem>> problems) {
    return problems.flatMap(Optional::stream).findFirst();
  }
}
