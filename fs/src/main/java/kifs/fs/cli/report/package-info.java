/**
 * {@code kifs report}: a page about a recording. {@link kifs.fs.cli.report.Collector} takes bulks
 * one after another, and {@link kifs.fs.cli.report.Page} writes the page. It reads and writes no
 * files.
 */
@NullMarked
package kifs.fs.cli.report;

import org.jspecify.annotations.NullMarked;
