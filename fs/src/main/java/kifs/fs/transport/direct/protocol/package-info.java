/**
 * The kernel's FUSE protocol: requests are decoded, and answers are encoded. The layouts are those
 * of {@code linux/fuse.h}, which are equal on all architectures.
 *
 * <p>This package only handles bytes. It knows neither the tree nor the descriptor of the session.
 */
@NullMarked
package kifs.fs.transport.direct.protocol;

import org.jspecify.annotations.NullMarked;
