/**
 * From what a kernel tells of an open fd to FD records: which type of file it is, which socket.
 * Plain JDK, for whichever source: {@link kifs.kernel.fd.FdRecords} is where one begins.
 */
package kifs.kernel.fd;
