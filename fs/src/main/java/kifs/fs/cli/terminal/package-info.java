/** The terminal of {@code kifs top}, by JLine. It knows nothing of what is shown. */
@NullMarked
package kifs.fs.cli.terminal;

import org.jspecify.annotations.NullMarked;
