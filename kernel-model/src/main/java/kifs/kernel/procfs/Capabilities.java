package kifs.kernel.procfs;

import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitRecord;

/**
 * What this kernel gives, found out once by trying.
 *
 * @param live the root is the running kernel's /proc of our own pid namespace: ids mean the same to
 *     system calls as in it
 * @param clocks a process's CPU-time clock can be read, and fails for what is no process
 * @param fdSizes the size of {@code fd} is the number of open files (Linux 6.2)
 * @param cgroups where cgroup v2 is mounted; null: nowhere
 * @param processFields of PROCESS that can be filled
 * @param threadFields of THREAD that can be filled
 * @param systemFields of SYSTEM that can be filled
 */
record Capabilities(
    boolean live,
    boolean clocks,
    boolean fdSizes,
    String cgroups,
    long processFields,
    long threadFields,
    long systemFields) {

  /** Of WAIT: without system calls nothing is known, without last-ran times not since when. */
  long waitFields() {
    if ((threadFields & ThreadRecord.SYSCALL.bit()) == 0) {
      return 0;
    }
    boolean lastRan = (threadFields & ThreadRecord.LAST_RAN.bit()) != 0;
    return lastRan
        ? WaitRecord.TYPE.allFields()
        : WaitRecord.TYPE.allFields() & ~WaitRecord.SINCE.bit();
  }
}
