package kifs.kernel.capture;

import java.util.Optional;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.ThreadRef;

/** A thread of a captured bulk, by its id and its start. Immutable, so thread-safe. */
final class CapturedThread implements ThreadRef {
  private final CapturedProcess process;
  private final int tid;
  private final long startNs;

  CapturedThread(CapturedProcess process, int tid, long startNs) {
    this.process = process;
    this.tid = tid;
    this.startNs = startNs;
  }

  @Override
  public int tid() {
    return tid;
  }

  @Override
  public int pid() {
    return process.pid();
  }

  @Override
  public boolean read(long fields, Record thread) {
    Optional<Record> record =
        process
            .thread(process.bulk(), tid)
            .filter(found -> found.get(ThreadRecord.START) == startNs);
    record.ifPresent(found -> RecordCopies.fill(thread, fields, found));
    return record.isPresent();
  }

  @Override
  public void close() {}
}
