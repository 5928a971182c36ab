package dev.assayer.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhraseTest {
  private final PhraseCompiler compiler = new PhraseCompiler(Alert.VARIABLES);

  private static Map<String, Object> values() {
    Map<String, Object> values = new HashMap<>();
    Alert.VARIABLES.forEach(name -> values.put(name, name.toUpperCase(java.util.Locale.ROOT)));
    values.put("priority", 3L);
    values.put("held_back", 0L);
    values.put("namespace", "");
    return values;
  }

  private String render(String text) throws RenderException {
    return switch (compiler.compile(text)) {
      case PhraseCompiler.Compiled(Phrase phrase) -> phrase.render(values(), 1000);
      case PhraseCompiler.Refused(Problem problem) -> throw new AssertionError(problem.toString());
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      value = {
        "a {{ cluster }} b ^ a CLUSTER b",
        "{{cluster}}{{ priority }} ^ CLUSTER3",
        "{{ cluster | lower }} ^ cluster",
        "{{ images | truncate(4) }} ^ I...",
        "{{ images | truncate(6) }} ^ IMAGES",
        "{{ cluster | lower | capitalize }} ^ Cluster",
        "{{ '<a&b>' | escape }} ^ &lt;a&amp;b&gt;",
        "{{ 'a`b' | fenced }} ^ a'b",
        "{{ namespace | default('none') }} ^ none",
        "{% if priority == 1 %}critical{% elseif priority < 4 %}warning{% else %}info{% endif %} ^"
            + " warning",
        "{% if namespace is empty %}everywhere{% endif %} ^ everywhere",
        "{% if not (held_back > 0) and category != 'x' %}once{% endif %} ^ once",
        "{{ priority == 3 ? 'yes' : 'no' }} ^ yes",
        "{{ cluster ~ '-' ~ priority }} ^ CLUSTER-3",
        "{% if cluster contains 'LUS' %}in{% endif %} ^ in",
        "a{# nothing #}b ^ ab",
      })
  void whatJinjaTemplatesUseOfPlaceholdersWorks(String text, String expected)
      throws RenderException {
    assertThat(render(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ cluster.class }}",
        "{{ cluster.bytes }}",
        "{{ cluster['class'] }}",
        "{{ ''.class.forName('java.lang.Runtime') }}",
        "{{ cluster.getClass().forName('java.lang.Runtime').getRuntime().exec('id') }}",
        "{{ range(0, 1000000000) }}",
        "{{ 1..1000000000 }}",
        "{{ max(1, 2) }}",
        "{{ cluster() }}",
        "{{ block('x') }}",
        "{{ parent() }}",
        "{% for i in 1..1000000000 %}x{% endfor %}",
        "{% for c in cluster %}x{% endfor %}",
        "{% set x = cluster ~ cluster %}{{ x }}",
        "{% include 'file:///etc/passwd' %}",
        "{% include cluster %}",
        "{% extends '/etc/passwd' %}",
        "{% import 'x' %}",
        "{% from 'x' import y %}",
        "{% embed 'x' %}{% endembed %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% parallel %}x{% endparallel %}",
        "{% cache 'k' %}x{% endcache %}",
        "{% filter upper %}x{% endfilter %}",
        "{% autoescape false %}x{% endautoescape %}",
        "{% block b %}x{% endblock %}",
        "{% flush %}",
        "{{ cluster | replace({'a': 'aaaa'}) }}",
        "{{ cluster | base64encode }}",
        "{{ cluster | raw }}",
        "{{ cluster | format }}",
        "{{ i18n('bundle', 'key') }}",
        "{{ priority * 9 }}",
        "{{ priority + 9 }}",
        "{{ -priority }}",
        "{{ ['a'] | join }}",
        "{{ {'a': 'b'} }}",
        "{{ template }}",
        "{{ locale }}",
        "{{ _context }}",
        "{% if cluster is map %}x{% endif %}",
        "{{ cluster matches '(a+)+$' }}",
        "{{ no_such_variable }}",
        "{% if false %}{{ no_such_variable }}{% endif %}",
        "{{ cluster | truncate(no_such_variable) }}",
        "{{ cluster",
        "{% if %}",
        "{% if cluster %}",
        "{{ cluster | }}",
        "{{ }}",
        "{%",
        "{#",
      })
  void whatReachesOutGrowsOrIsNotKnownIsRefusedBeforeItIsUsed(String text) {
    assertThat(compiler.compile(text)).as(text).isInstanceOf(PhraseCompiler.Refused.class);
  }

  @Test
  void anUnknownVariableIsNamedWithThoseThatThereAre() {
    assertThat(compiler.compile("{{ imges }}"))
        .isEqualTo(
            new PhraseCompiler.Refused(
                new Problem(
                    "has the unknown variable \"imges\"",
                    "use one of " + PhraseGrammar.names(Alert.VARIABLES))));
  }

  @Test
  void deepNestingAndLengthAreRefusedAndNeverOverflow() {
    assertThat(compiler.compile("{{ " + "(".repeat(4000) + "1" + ")".repeat(4000) + " }}"))
        .isInstanceOf(PhraseCompiler.Refused.class);
    assertThat(compiler.compile("{{ " + "not ".repeat(1500) + "priority }}"))
        .isInstanceOf(PhraseCompiler.Refused.class);
    assertThat(compiler.compile("{{ " + "not ".repeat(300) + "priority }}"))
        .isInstanceOf(PhraseCompiler.Refused.class);
    assertThat(compiler.compile("{{ priority }}" + "x".repeat(9000)))
        .isInstanceOf(PhraseCompiler.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\",\"x\":\"",
        "{{ 7*7 }}",
        "{% if true %}evaluated{% endif %}",
        "\"}]}",
        "\\\"",
        "\u0000\n\r\t\u001b[31m",
        "\u202e\u200d\ud83d\ude00",
        "</script><script>",
        "${jndi:ldap://x}",
      })
  void aHostileValueStaysOneStringAndIsNeverEvaluated(String hostile) throws RenderException {
    JsonObject payload =
        Rig.object("{\"a\": \"<{{ images }}>\", \"n\": 1, \"l\": [\"{{ images }}\"]}");
    MessageTemplate template =
        ((MessageTemplate.Usable) MessageTemplate.read(payload, compiler)).template();
    Map<String, Object> values = values();
    values.put("images", hostile);
    JsonObject rendered = Rig.object(template.render(values).toString());
    assertThat(rendered.names()).containsExactly("a", "n", "l");
    assertThat(rendered.get("a").orElseThrow().asString()).contains("<" + hostile + ">");
    assertThat(rendered.get("l").orElseThrow().asArray().orElseThrow().size()).isEqualTo(1);
  }

  @Test
  void placeholdersInNamesStayAsTheyAre() throws RenderException {
    JsonObject payload = Rig.object("{\"{{ images }}\": \"{{ images }}\"}");
    MessageTemplate template =
        ((MessageTemplate.Usable) MessageTemplate.read(payload, compiler)).template();
    assertThat(template.render(values())).hasToString("{\"{{ images }}\":\"IMAGES\"}");
  }

  @Test
  void aValueAndAllValuesTogetherAreCutVisibly() throws RenderException {
    JsonObject payload =
        Rig.object(
            "{\"a\": \"{{ images }}{{ images }}\", \"b\": \"{{ images }}\", \"c\": \"{{ images }}\"}");
    MessageTemplate template =
        ((MessageTemplate.Usable) MessageTemplate.read(payload, compiler)).template();
    Map<String, Object> values = values();
    values.put("images", "x".repeat(60_000));
    JsonObject rendered = template.render(values);
    assertThat(rendered.get("a").orElseThrow().asString().orElseThrow())
        .hasSize(MessageTemplate.MAX_VALUE)
        .endsWith("x...");
    assertThat(rendered.get("b").orElseThrow().asString().orElseThrow())
        .hasSize(MessageTemplate.MAX_TEXT - MessageTemplate.MAX_VALUE)
        .endsWith("x...");
    assertThat(rendered.get("c").orElseThrow().asString()).contains("...");
  }

  @Test
  void fieldsAreMergedMemberByMemberAndNotRendered() {
    JsonObject payload = Rig.object("{\"a\": {\"b\": 1, \"c\": 2}, \"d\": [1], \"e\": \"x\"}");
    JsonObject fields =
        Rig.object("{\"a\": {\"c\": {\"z\": 1}}, \"d\": [], \"f\": \"{{ images }}\"}");
    assertThat(MessageTemplate.merged(payload, fields))
        .hasToString(
            "{\"a\":{\"b\":1,\"c\":{\"z\":1}},\"d\":[],\"e\":\"x\",\"f\":\"{{ images }}\"}");
  }
}
