package kifs.kernel.bpf.pass;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import kifs.kernel.bpf.layout.BoundLayout;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.ChangeLayout;
import kifs.kernel.bpf.layout.RequestLayout;
import kifs.kernel.bpf.layout.WorkKind;
import kifs.kernel.bpf.program.PassPlan;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.query.Bound;
import kifs.kernel.query.Change;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;
import org.jspecify.annotations.Nullable;

/**
 * Processes a part of a pass's plan in one slot. It writes the query into the slot, runs the
 * programs once for each batch, and has a {@link Harvest} collect the records after each run. A
 * pass may have two lanes, each on a thread of its own. Not thread-safe.
 */
final class Lane {
  /** The maximum number of threads that the processes of one run have together. */
  private static final int THREADS_PER_RUN = Capacity.BATCH_THREADS.count() / 2;

  private final BpfEngine engine;
  private final Slot slot;
  private final Cancellation cancellation;
  private final Omissions omissions;
  private final Harvest harvest;
  private final boolean threads;

  Lane(BpfEngine engine, Slot slot, PassRequest request, Omissions omissions) {
    this.engine = engine;
    this.slot = slot;
    this.omissions = omissions;
    cancellation = request.cancellation();
    harvest = new Harvest(engine, slot, request);
    threads = harvest.threadFields() != 0;
    putQuery(engine, slot, request.query(), harvest, omissions);
  }

  /** Writes a query into a slot, except its pids and its cgroup. */
  static void putQuery(
      BpfEngine engine, Slot slot, Query query, Harvest harvest, Omissions omissions) {
    ByteBuffer memory = slot.memory();
    slot.requestFields(
        harvest.processFields(),
        harvest.threadFields(),
        harvest.fields(CommandRecord.TYPE),
        harvest.fields(LimitsRecord.TYPE));
    long states = 0;
    for (char state : query.states()) {
      states |= 1L << state - 'A';
    }
    memory.putLong(RequestLayout.STATES, states);
    memory.putLong(RequestLayout.TOTAL_PAGES, harvest.needsTotalPages() ? engine.totalPages() : 0);
    int uids = query.uids().size() <= Capacity.MAX_UIDS.count() ? query.uids().size() : 0;
    memory.putInt(RequestLayout.UID_COUNT, uids);
    int at = RequestLayout.UID;
    for (int uid : uids == 0 ? Set.<Integer>of() : query.uids()) {
      memory.putInt(at, uid);
      at += Integer.BYTES;
    }
    memory.putInt(RequestLayout.COMM_COUNT, query.comms().size());
    putComms(memory, query.comms());
    putBounds(memory, omissions.bounds());
    putChanges(memory, omissions);
  }

  private static void putChanges(ByteBuffer memory, Omissions omissions) {
    putChange(memory, RequestLayout.PROCESS_CHANGE, omissions.change(ProcessRecord.TYPE));
    putChange(memory, RequestLayout.THREAD_CHANGE, omissions.change(ThreadRecord.TYPE));
  }

  private static void putBounds(ByteBuffer memory, List<Bound> bounds) {
    memory.putInt(RequestLayout.BOUND_COUNT, bounds.size());
    int at = RequestLayout.BOUND;
    for (Bound bound : bounds) {
      Field denominator = bound.limitField();
      memory.putShort(at + BoundLayout.TAG, (short) bound.type().tag());
      memory.putShort(at + BoundLayout.FIELD_OFFSET, (short) bound.field().offset());
      memory.putShort(
          at + BoundLayout.DENOMINATOR_OFFSET,
          (short) (denominator == null ? 0 : denominator.offset()));
      memory.put(at + BoundLayout.FIELD_BYTES, width(bound.field()));
      memory.put(at + BoundLayout.DENOMINATOR_BYTES, denominator == null ? 0 : width(denominator));
      memory.put(at + BoundLayout.RELATION, (byte) bound.relation().ordinal());
      memory.put(at + BoundLayout.IS_SIGNED, (byte) (bound.isSigned() ? 1 : 0));
      memory.putLong(at + BoundLayout.LEVEL, bound.level());
      at += BoundLayout.BYTES;
    }
  }

  /**
   * @param change null: none
   */
  private static void putChange(ByteBuffer memory, int at, @Nullable Change change) {
    int count = change == null ? 0 : Long.bitCount(change.fields());
    memory.putInt(at + ChangeLayout.COUNT, count);
    if (change == null || count == 0) {
      return;
    }
    memory.putLong(at + ChangeLayout.SINCE, change.sinceNs());
    memory.putLong(at + ChangeLayout.NOW, change.nowNs());
    memory.putLong(at + ChangeLayout.FIELDS, change.fields());
    memory.putInt(at + ChangeLayout.FULL, change.lastNs() == 0 ? 1 : 0);
    int next = 0;
    for (long rest = change.fields(); rest != 0; rest &= rest - 1) {
      Field field = change.type().fields().get(Long.numberOfTrailingZeros(rest));
      memory.putShort(at + ChangeLayout.FIELD_OFFSET + next * Short.BYTES, (short) field.offset());
      memory.put(at + ChangeLayout.FIELD_BYTES + next, width(field));
      next++;
    }
  }

  private static byte width(Field field) {
    return (byte) field.type().bytes();
  }

  private static void putComms(ByteBuffer memory, Set<String> comms) {
    int at = RequestLayout.COMM;
    for (String comm : comms) {
      // The last byte of a name is always a NUL.
      byte[] bytes = comm.getBytes(StandardCharsets.ISO_8859_1);
      int length = Math.min(bytes.length, Capacity.COMM_BYTES.count() - 1);
      memory.put(at, Arrays.copyOf(Arrays.copyOf(bytes, length), Capacity.COMM_BYTES.count()));
      at += Capacity.COMM_BYTES.count();
    }
  }

  /**
   * Collects the records of some processes of the plan.
   *
   * @param from the index of the first process
   * @param to the index after the last process
   * @throws BpfStoppedException if the kernel doesn't run the programs any more
   */
  void work(PassPlan plan, int from, int to) {
    for (int at = from; at < to; ) {
      cancellation.check();
      if (plan.isInvisible(at)) {
        harvest.collectInvisible(plan.pid(at));
        at++;
        continue;
      }
      int maxThreads = threads ? THREADS_PER_RUN : Integer.MAX_VALUE;
      int items = slot.fillBatch(plan, at, to, maxThreads);
      boolean large = plan.size(at) > maxThreads;
      int done = large ? 0 : slot.run(items);
      if (done == 0) {
        // The process has more threads than one run handles.
        workThreadByThread(plan.pid(at));
        at++;
      } else {
        harvest.collect();
        at += done;
      }
    }
  }

  private void workThreadByThread(int pid) {
    slot.putWork(0, pid, 0, WorkKind.PROCESS_ONLY);
    slot.run(1);
    harvest.collect();
    if (!threads || slot.get(RequestLayout.ADMITTED) == 0) {
      return;
    }
    slot.trackNothing();
    int[] tids = tids(pid);
    for (int at = 0; at < tids.length; at += Capacity.BATCH.count()) {
      cancellation.check();
      int items = Math.min(Capacity.BATCH.count(), tids.length - at);
      for (int i = 0; i < items; i++) {
        slot.putWork(i, pid, tids[at + i], WorkKind.ONE_THREAD);
      }
      slot.run(items);
      harvest.collect();
    }
    putChanges(slot.memory(), omissions);
  }

  /** The ids of the threads of a process, ascending. Empty if the process has vanished. */
  private int[] tids(int pid) {
    try (ProcessRef process = engine.procfs().process(pid).orElse(null)) {
      return process == null ? new int[0] : process.tids();
    }
  }

  /** Must be called after the last run, on the first lane of the pass only. */
  void finish() {
    harvest.finish();
  }
}
