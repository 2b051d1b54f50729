package kifs.kernel.bulk;

import kifs.kernel.record.Record;
import kifs.kernel.record.SnapshotRecord;

/**
 * When and where a snapshot was taken. Immutable.
 *
 * @param source 1 procfs, 2 bpf, 3 capture, 4 simulated
 * @param sequence increases with each snapshot; unique while a daemon runs
 * @param realtimeNs CLOCK_REALTIME when the pass began, ns
 * @param boottimeNs CLOCK_BOOTTIME when the pass began, ns
 * @param host the host of the kernel
 */
public record Origin(int source, long sequence, long realtimeNs, long boottimeNs, Host host) {
  void describe(Record snapshot) {
    snapshot.set(SnapshotRecord.SOURCE, source);
    snapshot.set(SnapshotRecord.SEQUENCE, sequence);
    snapshot.set(SnapshotRecord.REALTIME, realtimeNs);
    snapshot.set(SnapshotRecord.BOOTTIME, boottimeNs);
    snapshot.set(SnapshotRecord.PAGE_SIZE, host.pageSize());
    snapshot.set(SnapshotRecord.PROCESSORS, host.cpus());
    snapshot.setBytes(SnapshotRecord.BOOT_ID, host.bootId(), 0, host.bootId().length);
    snapshot.setText(SnapshotRecord.HOST, host.name());
  }
}
