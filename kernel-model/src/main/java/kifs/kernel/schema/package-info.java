/** What readers outside of Java are given, made from the record definitions. */
package kifs.kernel.schema;
