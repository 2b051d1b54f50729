/**
 * The live kernel as /proc tells it. One class per file of /proc knows that file's text and nothing
 * else; its {@code parse} is pure and survives anything, leaving absent what it can't read. {@link
 * kifs.kernel.procfs.ProcfsSource} puts them together.
 */
package kifs.kernel.procfs;
