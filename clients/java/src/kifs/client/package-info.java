/** Reads a mount of kifs: bulks, a table of what there is, and events. Needs the JDK alone. */
package kifs.client;
