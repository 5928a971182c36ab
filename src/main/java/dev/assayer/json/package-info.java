/**
 * The strict front for every JSON text that reaches Assayer, and its writers. Text from outside is
 * read once, by {@link dev.assayer.json.StrictJson}, into an immutable {@link
 * dev.assayer.json.Json} value whose numbers keep their exact text; nothing outside this package
 * sees the library that does the tokenising, so none of its coercions can reach a decision.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.json;
