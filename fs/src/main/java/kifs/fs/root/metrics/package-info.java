/** {@code metrics}: figures of the host as text for Prometheus and others that collect metrics. */
@NullMarked
package kifs.fs.root.metrics;

import org.jspecify.annotations.NullMarked;
