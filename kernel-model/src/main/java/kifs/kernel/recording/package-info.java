/**
 * Files with bulks: captures, which are one bulk, and recordings, which are many. docs/format.md
 * describes the format.
 *
 * <p>This package knows neither options nor a mount.
 */
@NullMarked
package kifs.kernel.recording;

import org.jspecify.annotations.NullMarked;
