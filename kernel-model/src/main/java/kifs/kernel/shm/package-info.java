/**
 * From what a kernel tells of mappings and files to SHM and SHM_USER records: which mappings are of
 * shared-memory objects, of which ones, and who uses them. Plain JDK, for whichever source: {@link
 * kifs.kernel.shm.ShmObjects} is where one begins.
 */
package kifs.kernel.shm;
