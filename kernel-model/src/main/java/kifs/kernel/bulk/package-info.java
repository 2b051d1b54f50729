/**
 * The bulk: records of one snapshot, laid end to end as readers get them. {@link
 * kifs.kernel.bulk.BulkBuilder} writes one, {@link kifs.kernel.bulk.Bulk} is it, {@link
 * kifs.kernel.bulk.BulkReader} checks and reads one from anywhere, {@link kifs.kernel.query.Query}
 * says what shall be in it.
 */
package kifs.kernel.bulk;
