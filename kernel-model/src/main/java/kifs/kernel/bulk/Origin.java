package kifs.kernel.bulk;

import kifs.kernel.record.Record;
import kifs.kernel.record.SnapshotRecord;

/**
 * When and where a snapshot was taken.
 *
 * @param source 1 procfs, 2 bpf, 3 capture, 4 simulated
 * @param sequence counts up, never repeats in one daemon's life
 * @param realtimeNs wall clock when the pass began
 * @param boottimeNs time since boot when the pass began
 */
public record Origin(int source, long sequence, long realtimeNs, long boottimeNs, Host host) {
  void describe(Record snapshot) {
    snapshot.set(SnapshotRecord.SOURCE, source);
    snapshot.set(SnapshotRecord.SEQUENCE, sequence);
    snapshot.set(SnapshotRecord.REALTIME, realtimeNs);
    snapshot.set(SnapshotRecord.BOOTTIME, boottimeNs);
    snapshot.set(SnapshotRecord.PAGE_SIZE, host.pageSize());
    snapshot.set(SnapshotRecord.PROCESSORS, host.processors());
    snapshot.setBytes(SnapshotRecord.BOOT_ID, host.bootId(), 0, host.bootId().length);
    snapshot.setText(SnapshotRecord.HOST, host.name());
  }
}
