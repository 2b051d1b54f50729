/**
 * What can be limited: how a limit reads as text, which texts are valid, and the port through which
 * limits are changed with the rights of a client.
 *
 * <p>This package makes no system calls and knows no source. Values are immutable.
 */
@NullMarked
package kifs.kernel.limits;

import org.jspecify.annotations.NullMarked;
