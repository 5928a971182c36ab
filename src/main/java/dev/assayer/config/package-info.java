/**
 * The configuration file: reads {@code apiVersion: assayer.dev/v1} YAML into immutable records,
 * finds every mistake with its line, field and remedy, and resolves which validator and trust roots
 * each policy rule means. It decides nothing about images and calls no network.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.config;
