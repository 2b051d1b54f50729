package kifs.kernel.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.bulk.Host;
import kifs.kernel.bulk.Totals;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.record.WaitRecord;

/**
 * A bulk whose records can be found by their ids. The index of a type is made when it is first
 * needed. Immutable, so thread-safe.
 */
final class CapturedBulk {
  /** By which field the records of a type are found. */
  private static final Map<RecordType, Field> KEYS =
      Map.of(
          ProcessRecord.TYPE, ProcessRecord.PID,
          ThreadRecord.TYPE, ThreadRecord.PID,
          CommandRecord.TYPE, CommandRecord.PID,
          LimitsRecord.TYPE, LimitsRecord.PID,
          FdRecord.TYPE, FdRecord.PID,
          WaitRecord.TYPE, WaitRecord.WAITER_PID,
          ShmRecord.TYPE, ShmRecord.ID,
          ShmUserRecord.TYPE, ShmUserRecord.ID,
          CgroupRecord.TYPE, CgroupRecord.ID);

  /** The fields without which a record can't be attributed to anything. */
  private static final Map<RecordType, Long> IDS =
      Map.of(
          ProcessRecord.TYPE, ProcessRecord.PID.bit(),
          ThreadRecord.TYPE, Field.mask(ThreadRecord.PID, ThreadRecord.TID),
          CommandRecord.TYPE, CommandRecord.PID.bit(),
          LimitsRecord.TYPE, LimitsRecord.PID.bit(),
          FdRecord.TYPE, Field.mask(FdRecord.PID, FdRecord.TID, FdRecord.FD),
          WaitRecord.TYPE, Field.mask(WaitRecord.WAITER_PID, WaitRecord.WAITER_TID),
          ShmRecord.TYPE, ShmRecord.ID.bit(),
          ShmUserRecord.TYPE, Field.mask(ShmUserRecord.ID, ShmUserRecord.PID),
          CgroupRecord.TYPE, CgroupRecord.ID.bit(),
          CpuRecord.TYPE, CpuRecord.CPU.bit());

  /** Types that show which processes there were, if PROCESS was not recorded. */
  private static final List<RecordType> OF_PROCESSES =
      List.of(ThreadRecord.TYPE, CommandRecord.TYPE, LimitsRecord.TYPE, FdRecord.TYPE);

  private final BulkReader bulk;
  private final ByteBuffer bytes;
  private final Map<RecordType, NavigableMap<Long, List<Integer>>> indexes =
      new ConcurrentHashMap<>();
  private final Map<RecordType, Long> provided = new ConcurrentHashMap<>();

  CapturedBulk(BulkReader bulk) {
    this.bulk = bulk;
    bytes = bulk.snapshot().buffer();
  }

  /** The mask of the fields that identify a record of a type. */
  static long ids(RecordType type) {
    return IDS.getOrDefault(type, 0L);
  }

  // The reader itself is meant, not an equal one.
  @SuppressWarnings("ReferenceEquality")
  boolean shows(BulkReader other) {
    return bulk == other;
  }

  /** Whether there was a process with that id. */
  boolean hasProcess(int pid) {
    return has(ProcessRecord.TYPE)
        ? first(ProcessRecord.TYPE, pid).isPresent()
        : OF_PROCESSES.stream().anyMatch(type -> index(type).containsKey((long) pid));
  }

  /** When a process began, boot time in ns; 0 if that was not recorded. */
  long startNs(int pid) {
    return first(ProcessRecord.TYPE, pid).map(record -> record.get(ProcessRecord.START)).orElse(0L);
  }

  BulkReader bulk() {
    return bulk;
  }

  Host host() {
    Record snapshot = bulk.snapshot();
    ByteBuffer boot = ByteBuffer.allocate(16);
    boot.put(0, bytes, SnapshotRecord.BOOT_ID.offset(), 16);
    return new Host(
        snapshot.text(SnapshotRecord.HOST),
        new UUID(boot.getLong(0), boot.getLong(8)),
        (int) snapshot.get(SnapshotRecord.PAGE_SIZE),
        (int) snapshot.get(SnapshotRecord.PROCESSORS));
  }

  long boottimeNs() {
    return bulk.snapshot().get(SnapshotRecord.BOOTTIME);
  }

  long realtimeNs() {
    return bulk.snapshot().get(SnapshotRecord.REALTIME);
  }

  /** Whether the bulk was asked for records of a type; it may have had none. */
  boolean has(RecordType type) {
    return bulk.lists(type);
  }

  /** The mask of the fields that some record of a type has. */
  long provided(RecordType type) {
    if (type == TotalRecord.TYPE) {
      return has(ProcessRecord.TYPE) ? Totals.fieldsFor(provided(ProcessRecord.TYPE)) : 0;
    }
    return provided.computeIfAbsent(type, this::findProvided);
  }

  private long findProvided(RecordType type) {
    if (!has(type)) {
      return 0;
    }
    if (bulk.count(type) == 0) {
      return type.allFields();
    }
    long[] absent = {-1};
    bulk.forEach(type, record -> absent[0] &= record.absent());
    return type.allFields() & ~absent[0];
  }

  /** Ids of all processes, ascending. */
  int[] pids() {
    TreeSet<Long> pids = new TreeSet<>();
    if (has(ProcessRecord.TYPE)) {
      pids.addAll(index(ProcessRecord.TYPE).keySet());
    } else {
      OF_PROCESSES.forEach(type -> pids.addAll(index(type).keySet()));
    }
    return pids.stream().mapToInt(Long::intValue).toArray();
  }

  /** The keys of the records of a type, ascending. */
  Iterable<Long> keys(RecordType type) {
    return index(type).keySet();
  }

  /** The records of a type that have a key, in the order of the bulk. */
  List<Record> find(RecordType type, long key) {
    return index(type).getOrDefault(key, List.of()).stream()
        .map(offset -> new Record(type).wrap(bytes, offset))
        .toList();
  }

  /** The first record of a type that has a key. */
  Optional<Record> first(RecordType type, long key) {
    return find(type, key).stream().findFirst();
  }

  private NavigableMap<Long, List<Integer>> index(RecordType type) {
    return indexes.computeIfAbsent(type, this::makeIndex);
  }

  private NavigableMap<Long, List<Integer>> makeIndex(RecordType type) {
    Field key = KEYS.get(type);
    if (key == null) {
      throw new IllegalArgumentException(type + " has no key");
    }
    NavigableMap<Long, List<Integer>> index = new TreeMap<>();
    bulk.forEach(
        type,
        record ->
            index.computeIfAbsent(record.get(key), k -> new ArrayList<>(1)).add(record.offset()));
    return index;
  }

  /** The path of a cgroup, one char per byte; empty if it was not recorded. */
  Optional<String> cgroupPath(long id) {
    return first(CgroupRecord.TYPE, id).map(this::path);
  }

  String path(Record cgroup) {
    return text(cgroup, CgroupRecord.PATH_OFFSET);
  }

  /** A text that a record refers to, one char per byte. */
  String text(Record record, Field offset) {
    byte[] text = bulk.text(record, offset, record.type().textLength(offset));
    return new String(text, StandardCharsets.ISO_8859_1);
  }
}
