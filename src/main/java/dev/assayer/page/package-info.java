/** What the operator page shows, as data: recent decisions, dependencies, files. Speaks no HTTP. */
@NullMarked
package dev.assayer.page;

import org.jspecify.annotations.NullMarked;
