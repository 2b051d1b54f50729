/**
 * One kernel served at one mountpoint: what is opened, mounted and logged, and in which order.
 *
 * <p>This is the only package that knows which kernel sources and which transports there are. The
 * main thread enters it, and a shutdown hook.
 */
package kifs.fs.daemon;
