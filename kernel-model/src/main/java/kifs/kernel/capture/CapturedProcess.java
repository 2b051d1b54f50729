package kifs.kernel.capture;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;

/** A process of a captured bulk, by its id and its start. Immutable, so thread-safe. */
final class CapturedProcess implements ProcessRef {
  private final Supplier<CapturedBulk> present;
  private final int pid;
  private final long startNs;

  CapturedProcess(Supplier<CapturedBulk> present, int pid, long startNs) {
    this.present = present;
    this.pid = pid;
    this.startNs = startNs;
  }

  /** The bulk in which the process is now; empty: it has vanished. */
  Optional<CapturedBulk> bulk() {
    CapturedBulk now = present.get();
    return now.hasProcess(pid) && now.startNs(pid) == startNs ? Optional.of(now) : Optional.empty();
  }

  private Optional<Record> record() {
    return bulk().flatMap(bulk -> bulk.first(ProcessRecord.TYPE, pid));
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public Optional<Owner> owner() {
    return record()
        .filter(record -> record.has(ProcessRecord.UID) && record.has(ProcessRecord.GID))
        .map(record -> new Owner(record.get(ProcessRecord.UID), record.get(ProcessRecord.GID)));
  }

  @Override
  public boolean read(long fields, Record process) {
    Optional<CapturedBulk> bulk = bulk();
    bulk.flatMap(now -> now.first(ProcessRecord.TYPE, pid))
        .ifPresent(record -> RecordCopies.fill(process, fields, record));
    return bulk.isPresent();
  }

  @Override
  public boolean collect(Query query, BulkBuilder into, Cancellation cancellation) {
    Optional<CapturedBulk> bulk = bulk();
    bulk.ifPresent(now -> new CapturedPass(now, query, into, cancellation).one(pid));
    return bulk.isPresent();
  }

  private int[] ids(Function<CapturedBulk, List<Record>> records, Field id) {
    return bulk().map(records).orElse(List.of()).stream()
        .mapToInt(record -> (int) record.get(id))
        .sorted()
        .distinct()
        .toArray();
  }

  @Override
  public int[] tids() {
    return ids(bulk -> bulk.find(ThreadRecord.TYPE, pid), ThreadRecord.TID);
  }

  @Override
  public int[] fds() {
    return ids(bulk -> bulk.find(FdRecord.TYPE, pid), FdRecord.FD);
  }

  private Optional<Record> fd(CapturedBulk bulk, int fd) {
    return bulk.find(FdRecord.TYPE, pid).stream()
        .filter(record -> record.get(FdRecord.FD) == fd)
        .findFirst();
  }

  @Override
  public boolean hasFd(int fd) {
    return bulk().flatMap(bulk -> fd(bulk, fd)).isPresent();
  }

  @Override
  public boolean collectFd(int fd, BulkBuilder into) {
    Optional<CapturedBulk> bulk = bulk();
    Optional<Record> record = bulk.flatMap(now -> fd(now, fd));
    record.ifPresent(
        found -> RecordCopies.append(bulk.orElseThrow(), found, FdRecord.TYPE.allFields(), into));
    return record.isPresent();
  }

  @Override
  public Optional<ThreadRef> thread(int tid) {
    return thread(bulk(), tid)
        .map(record -> new CapturedThread(this, tid, record.get(ThreadRecord.START)));
  }

  /** The record of a thread of the process. */
  Optional<Record> thread(Optional<CapturedBulk> bulk, int tid) {
    return bulk.map(now -> now.find(ThreadRecord.TYPE, pid)).orElse(List.of()).stream()
        .filter(record -> record.get(ThreadRecord.TID) == tid)
        .findFirst();
  }

  private Optional<String> text(Field offset) {
    return bulk()
        .flatMap(
            bulk ->
                bulk.first(CommandRecord.TYPE, pid)
                    .filter(record -> record.has(offset))
                    .map(record -> bulk.text(record, offset)));
  }

  @Override
  public Optional<byte[]> commandLine() {
    return text(CommandRecord.COMMAND_LINE_OFFSET)
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public Optional<String> executable() {
    return text(CommandRecord.EXECUTABLE_OFFSET).filter(path -> !path.isEmpty());
  }

  @Override
  public Optional<String> cgroup() {
    return bulk()
        .flatMap(
            bulk ->
                bulk.first(ProcessRecord.TYPE, pid)
                    .filter(record -> record.has(ProcessRecord.CGROUP_ID))
                    .flatMap(record -> bulk.cgroupPath(record.get(ProcessRecord.CGROUP_ID))));
  }

  @Override
  public OptionalLong unreadableSince() {
    return OptionalLong.empty();
  }

  @Override
  public boolean isAlive() {
    return bulk().isPresent();
  }

  @Override
  public void close() {}
}
