package kifs.kernel.procfs.cgroups;

import kifs.kernel.procfs.host.SystemReader;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;

/**
 * Finds the memory limit that counts for a cgroup: the smallest on the way up to the root, where
 * the host's memory is the last one. Not thread-safe: it uses one scan.
 */
final class MemoryLimits {
  private static final long FIELD = CgroupRecord.MEMORY_LIMIT.bit();

  private final GroupReader reader;
  private final long holders;
  private final long hostBytes;
  private final Record scratch = Record.allocate(CgroupRecord.TYPE);
  private final Record blank = Record.allocate(CgroupRecord.TYPE);

  MemoryLimits(Hierarchies hierarchies, Scan scan, SystemReader host) {
    reader = new GroupReader(hierarchies, scan, FIELD);
    holders = hierarchies.having(FIELD);
    Record system = Record.allocate(SystemRecord.TYPE);
    host.read(scan, SystemRecord.MEMORY_TOTAL.bit(), system);
    hostBytes = system.has(SystemRecord.MEMORY_TOTAL) ? system.get(SystemRecord.MEMORY_TOTAL) : -1;
  }

  /** The smallest limit of the groups above one, and of the host, bytes. */
  long above(String path) {
    long smallest = hostBytes;
    String at = path;
    while (!at.equals(Names.ROOT)) {
      at = Names.parent(at);
      scratch.copy(blank);
      reader.read(at, holders, scratch, null);
      smallest = with(smallest, scratch);
    }
    return smallest;
  }

  /** The smaller one of a limit and a group's own limit, if the record has it; bytes. */
  static long with(long limit, Record group) {
    long own = group.has(CgroupRecord.MEMORY_LIMIT) ? group.get(CgroupRecord.MEMORY_LIMIT) : -1;
    return Long.compareUnsigned(own, limit) < 0 ? own : limit;
  }
}
