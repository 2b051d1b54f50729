package kifs.kernel.bpf.program;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import kifs.kernel.bpf.layout.ChangeLayout;
import kifs.kernel.bpf.layout.RequestLayout;
import kifs.kernel.bpf.layout.SlotLayout;
import kifs.kernel.bpf.layout.WorkItemLayout;
import kifs.kernel.bpf.layout.WorkKind;
import kifs.kernel.linux.MappedMemory;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import org.jspecify.annotations.Nullable;

/**
 * The part of the shared memory that one pass uses, acquired from {@link Slots}. The pass writes a
 * request and a work list into it; a run of a program writes records into it. Not thread-safe.
 */
public final class Slot {
  /**
   * The maximum number of processes in one batch. A run of such a batch takes about a millisecond,
   * and a pass can't be cancelled during a run.
   */
  private static final int PROCESSES_PER_BATCH = 128;

  private final int number;
  private final ByteBuffer memory;
  private final Worker worker;
  private final @Nullable TestRun waits;
  private final PassPlan plan = new PassPlan();

  /** Runs a program on the work list of a slot. */
  public interface Worker {
    /**
     * Handles the first items of the slot's work list. {@link RequestLayout#NEXT} then holds the
     * number of items that were handled.
     *
     * @throws BpfStoppedException if the kernel doesn't run the program any more
     */
    void work(Slot slot, int items);
  }

  /**
   * @param waits runs {@link BpfProgram#WAITS}; null: this kernel refused the program
   */
  public Slot(int number, MappedMemory slots, Worker worker, @Nullable TestRun waits) {
    this.number = number;
    this.worker = worker;
    this.waits = waits;
    int at = number * SlotLayout.BYTES;
    memory = slots.buffer().slice(at, SlotLayout.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The number by which the programs know the slot. */
  public int number() {
    return number;
  }

  /** The slot's memory, see {@link SlotLayout}. */
  public ByteBuffer memory() {
    return memory;
  }

  /** The plan of the pass that uses this slot. The pass must clear it first. */
  public PassPlan plan() {
    return plan;
  }

  /**
   * Begins a request without filters. Each parameter is the mask of the wanted fields of a type.
   */
  public void requestFields(long process, long thread, long command, long limits) {
    memory.putLong(RequestLayout.PROCESS_FIELDS, process);
    memory.putLong(RequestLayout.THREAD_FIELDS, thread);
    memory.putLong(RequestLayout.COMMAND_FIELDS, command);
    memory.putLong(RequestLayout.LIMITS_FIELDS, limits);
    memory.putLong(RequestLayout.STATES, 0);
    memory.putInt(RequestLayout.UID_COUNT, 0);
    memory.putInt(RequestLayout.COMM_COUNT, 0);
    memory.putInt(RequestLayout.BOUND_COUNT, 0);
    trackNothing();
    memory.putInt(RequestLayout.REREAD_COMMANDS, 0);
    memory.putInt(RequestLayout.STOP_PID, 0);
    memory.putInt(RequestLayout.LARGE_PID, 0);
  }

  /** Stops tracking changes. The programs keep no digests of single threads. */
  public void trackNothing() {
    memory.putInt(RequestLayout.PROCESS_CHANGE + ChangeLayout.COUNT, 0);
    memory.putInt(RequestLayout.THREAD_CHANGE + ChangeLayout.COUNT, 0);
  }

  /** Writes an item of the work list for the next run. */
  public void putWork(int item, int pid, int tid, WorkKind kind) {
    int at = SlotLayout.WORK + item * WorkItemLayout.BYTES;
    memory.putInt(at + WorkItemLayout.PID, pid).putInt(at + WorkItemLayout.TID, tid);
    memory.putInt(at + WorkItemLayout.KIND, kind.ordinal());
  }

  /**
   * Writes the next processes of a plan into the work list, each with its threads. The batch ends
   * before a process that is invisible to BPF.
   *
   * @param from the index of the first process, which must not be invisible
   * @param to the index after the last process
   * @param maxThreads the maximum number of threads of the batch; the first process may have more
   * @return the number of items, at least one
   */
  public int fillBatch(PassPlan processes, int from, int to, int maxThreads) {
    int items = 0;
    int end = Math.min(to, from + PROCESSES_PER_BATCH);
    int threads = 0;
    for (int at = from; at < end && !processes.isInvisible(at); at++) {
      threads += processes.size(at);
      if (items > 0 && threads > maxThreads) {
        break;
      }
      putWork(items++, processes.pid(at), 0, WorkKind.PROCESS_WITH_THREADS);
    }
    return items;
  }

  /**
   * Runs the program on the first items of the work list. The records of the last run are
   * overwritten.
   *
   * @return the number of items that were handled: fewer than {@code items} if the slot had no
   *     space for more records
   * @throws BpfStoppedException if the kernel doesn't run the program any more
   */
  public int run(int items) {
    beginRun(items);
    worker.work(this, items);
    return memory.getInt(RequestLayout.NEXT);
  }

  /**
   * Runs {@link BpfProgram#WAITS} on the first items of the work list, which must be processes with
   * threads. The result and the error are as in {@link #run}.
   */
  public int runWaits(int items) {
    beginRun(items);
    requireNonNull(waits, "this kernel refused the program").call(number);
    return memory.getInt(RequestLayout.NEXT);
  }

  /** Prepares a run: its records will overwrite those of the last run. */
  public void beginRun(int items) {
    memory.putInt(RequestLayout.ITEM_COUNT, items);
    for (int at = RequestLayout.NEXT; at < RequestLayout.BYTES; at += Integer.BYTES) {
      memory.putInt(at, 0);
    }
  }

  /** Reads a thread's name (comm). Null if the thread has vanished or is invisible to BPF. */
  public byte @Nullable [] name(int pid, int tid) {
    requestFields(0, ThreadRecord.TID.bit() | ThreadRecord.COMM.bit(), 0, 0);
    putWork(0, pid, tid, WorkKind.ONE_THREAD);
    run(1);
    return get(RequestLayout.THREADS) == 0
        ? null
        : new Record(ThreadRecord.TYPE).wrap(memory, SlotLayout.THREAD).bytes(ThreadRecord.COMM);
  }

  /** The 32-bit number at an offset of the slot's memory. */
  public int get(int offset) {
    return memory.getInt(offset);
  }
}
