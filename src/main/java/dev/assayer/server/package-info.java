/**
 * The running appliance: the webhook and admin listeners with their guards, TLS with reload,
 * health, self-test, configuration reload, drain. Here all rooms are put together.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.server;
