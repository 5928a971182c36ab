/**
 * Notary v1 (Docker Content Trust): from pinned root keys over root, timestamp, snapshot, targets
 * and delegations to the digest that a tag was signed with.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.validation.notary;
