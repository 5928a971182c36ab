/** What a validator is: it turns an image reference into a trusted digest, or says why not. */
@org.jspecify.annotations.NullMarked
package dev.assayer.validation;
