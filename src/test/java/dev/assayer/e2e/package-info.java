/** Assayer in a cluster whose pods really run. */
@NullMarked
package dev.assayer.e2e;

import org.jspecify.annotations.NullMarked;
