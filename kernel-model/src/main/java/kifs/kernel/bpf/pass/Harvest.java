package kifs.kernel.bpf.pass;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import kifs.kernel.bpf.layout.RequestLayout;
import kifs.kernel.bpf.layout.SlotLayout;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Totals;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;
import org.jspecify.annotations.Nullable;

/**
 * Appends to a bulk the records that the programs left in a slot. First it does in place what the
 * programs can't: it sums totals, fills fields through /proc and clears fields that the query
 * doesn't want. Then it copies whole blocks of records.
 *
 * <p>Order of use: {@link #collect} after every run of the slot, {@link #finish} after the last
 * one. Not thread-safe.
 */
final class Harvest {
  /** The fields that filters of a query compare. */
  private static final long FILTER_FIELDS =
      ProcessRecord.UID.bit() | ProcessRecord.STATE.bit() | ProcessRecord.COMM.bit();

  private final Slot slot;
  private final Query query;
  private final BulkBuilder into;
  private final Cancellation cancellation;
  private final @Nullable Totals processTotals;
  private final @Nullable Totals threadTotals;
  private final @Nullable Commands commands;
  private final Complement complement;
  private final long processFields;
  private final long processExtras;
  private final long threadFields;
  private final long threadExtras;
  private final BpfEngine engine;
  private final ThreadOrder order = new ThreadOrder();
  private final Record process = new Record(ProcessRecord.TYPE);
  private final Record thread = new Record(ThreadRecord.TYPE);

  Harvest(BpfEngine engine, Slot slot, PassRequest request) {
    this.engine = engine;
    this.slot = slot;
    query = request.query();
    into = request.into();
    cancellation = request.cancellation();
    boolean totals = query.wants(TotalRecord.TYPE);
    processTotals = totals && !request.isForOne() ? totals(ProcessRecord.TYPE) : null;
    threadTotals = totals && request.isForOne() ? totals(ThreadRecord.TYPE) : null;
    long processAsked = query.wants(ProcessRecord.TYPE) ? requested(ProcessRecord.TYPE) : 0;
    long threadAsked = query.wants(ThreadRecord.TYPE) ? requested(ThreadRecord.TYPE) : 0;
    processFields = processAsked | (processTotals == null ? 0 : processTotals.needs());
    threadFields =
        threadAsked
            | (threadTotals == null ? 0 : threadTotals.needs())
            | (request.waits() == null ? 0 : ThreadWaits.NEEDS);
    processExtras = processFields & ~processAsked;
    threadExtras = threadFields & ~threadAsked;
    complement = new Complement(engine.procfs(), request.waits(), processAsked, threadAsked);
    commands =
        query.wants(CommandRecord.TYPE)
            ? new Commands(engine, slot, request.isForOne(), into)
            : null;
  }

  /** The fields of PROCESS that the programs shall fill. 0 if they shall make no such records. */
  long processFields() {
    return processFields == 0
        ? 0
        : processFields & provided(ProcessRecord.TYPE) | ProcessRecord.PID.bit();
  }

  /** The fields of THREAD that the programs shall fill. 0 if they shall make no such records. */
  long threadFields() {
    return threadFields == 0
        ? 0
        : threadFields & provided(ThreadRecord.TYPE) | ThreadRecord.TID.bit();
  }

  /** The fields of another type that the programs shall fill. 0 if they shall make no records. */
  long fields(RecordType type) {
    return query.wants(type) ? requested(type) & provided(type) : 0;
  }

  boolean needsTotalPages() {
    return (processFields & ProcessRecord.OOM_SCORE.bit()) != 0;
  }

  /** Appends the records of one run to the bulk. */
  void collect() {
    ByteBuffer memory = slot.memory();
    int processes = slot.get(RequestLayout.PROCESSES);
    if (processes > 0) {
      collectProcesses(memory, processes);
    }
    int threads = slot.get(RequestLayout.THREADS);
    if (threads > 0) {
      collectThreads(memory, threads);
    }
    if (commands != null) {
      commands.collect();
    }
    int limits = slot.get(RequestLayout.LIMITS);
    if (limits > 0) {
      into.appendAll(LimitsRecord.TYPE, memory, SlotLayout.LIMITS, limits);
    }
  }

  private void collectProcesses(ByteBuffer memory, int count) {
    boolean complements = complement.needsProcesses();
    if (processTotals != null || processExtras != 0 || complements) {
      for (int i = 0; i < count; i++) {
        process.wrap(memory, SlotLayout.PROCESS + i * ProcessRecord.TYPE.size());
        if (processTotals != null) {
          processTotals.add(process);
        }
        clear(process, processExtras);
        if (complements) {
          complement.fillProcess(process);
        }
      }
    }
    if (query.wants(ProcessRecord.TYPE)) {
      into.appendAll(ProcessRecord.TYPE, memory, SlotLayout.PROCESS, count);
    }
  }

  private void collectThreads(ByteBuffer memory, int count) {
    order.restore(memory, SlotLayout.THREAD, count);
    boolean complements = complement.needsThreads();
    if (threadTotals != null || threadExtras != 0 || complements) {
      for (int i = 0; i < count; i++) {
        thread.wrap(memory, SlotLayout.THREAD + i * ThreadRecord.TYPE.size());
        if (threadTotals != null) {
          threadTotals.add(thread);
        }
        if (complements) {
          complement.fillThread(thread);
        }
        clear(thread, threadExtras);
      }
    }
    if (query.wants(ThreadRecord.TYPE)) {
      into.appendAll(ThreadRecord.TYPE, memory, SlotLayout.THREAD, count);
    }
  }

  /** Reads through /proc a process that BPF can't see. If it has vanished, nothing is appended. */
  void collectInvisible(int pid) {
    try (ProcessRef invisible = engine.procfs().process(pid).orElse(null)) {
      if (invisible == null) {
        return;
      }
      Set<Integer> tags = new TreeSet<>(query.tags());
      tags.retainAll(BpfDetails.TAGS);
      tags.remove(TotalRecord.TYPE.tag());
      if (!tags.isEmpty()) {
        invisible.collect(query.withTags(tags), into, cancellation);
      }
      long needs = processTotals == null ? 0 : processTotals.needs();
      Record record = Record.allocate(ProcessRecord.TYPE);
      if (processTotals != null
          && invisible.read(needs | FILTER_FIELDS, record)
          && admits(record, pid)) {
        clear(record, FILTER_FIELDS & ~needs);
        processTotals.add(record);
      }
    }
  }

  private boolean admits(Record record, int pid) {
    return query.admitsUid((int) record.get(ProcessRecord.UID))
        && query.admitsState((int) record.get(ProcessRecord.STATE))
        && query.admitsComm(
            new String(record.bytes(ProcessRecord.COMM), StandardCharsets.ISO_8859_1))
        && query.cgroupPath().map(path -> engine.procfs().isInCgroup(pid, path)).orElse(true);
  }

  /** Appends the TOTAL, if the query wants one. */
  void finish() {
    Totals totals = processTotals == null ? threadTotals : processTotals;
    if (totals != null) {
      totals.write(into.append(TotalRecord.TYPE));
    }
  }

  private Totals totals(RecordType of) {
    return new Totals(of, requested(TotalRecord.TYPE), provided(of));
  }

  private long provided(RecordType type) {
    return engine.provided(type);
  }

  private long requested(RecordType type) {
    return query.fields(type, engine.fields(type, query.detail()))
        & engine.fields(type, Detail.FULL);
  }

  private static void clear(Record record, long fields) {
    for (long rest = fields & ~record.absent(); rest != 0; rest &= rest - 1) {
      record.clear(record.type().fields().get(Long.numberOfTrailingZeros(rest)));
    }
  }
}
