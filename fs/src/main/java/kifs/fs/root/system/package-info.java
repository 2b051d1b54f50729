/**
 * The directory {@code system/}: the host as one entity.
 *
 * <p>Every figure is a line of {@link kifs.fs.root.system.SystemAttributes}. This package knows no
 * process. Threads of the transport enter.
 */
package kifs.fs.root.system;
