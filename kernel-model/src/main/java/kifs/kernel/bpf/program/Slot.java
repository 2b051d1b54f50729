package kifs.kernel.bpf.program;

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

/**
 * One pass's part of the shared memory, lent by {@link Slots}: what is wanted goes in, records come
 * out. Not thread-safe.
 */
public final class Slot {
  /**
   * At most so many processes are the work of one run. That keeps the kernel busy for about a
   * millisecond, and whoever cancels a pass waits no longer.
   */
  private static final int PROCESSES_PER_BATCH = 128;

  private final int number;
  private final ByteBuffer memory;
  private final Worker worker;
  private final TestRun waits;
  private final PassPlan plan = new PassPlan();

  /** Does entries of work. */
  public interface Worker {
    /**
     * @param entries how many there are in that slot
     * @throws BpfStoppedException if the kernel doesn't run the program any more
     */
    void work(Slot slot, int entries);
  }

  /**
   * @param waits null: this kernel doesn't take that program
   */
  public Slot(int number, MappedMemory slots, Worker worker, TestRun waits) {
    this.number = number;
    this.worker = worker;
    this.waits = waits;
    int at = number * SlotLayout.BYTES;
    memory = slots.buffer().slice(at, SlotLayout.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** By which the programs know it. */
  public int number() {
    return number;
  }

  /** The whole of it, see {@link SlotLayout}. */
  public ByteBuffer memory() {
    return memory;
  }

  /** Of the pass that has this slot; what it held before is of no use. */
  public PassPlan plan() {
    return plan;
  }

  /** Begins a request without filters: the fields wanted of each record. */
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

  /** From here on changes are of no interest: of single threads nothing is kept. */
  public void trackNothing() {
    memory.putInt(RequestLayout.PROCESS_CHANGE + ChangeLayout.COUNT, 0);
    memory.putInt(RequestLayout.THREAD_CHANGE + ChangeLayout.COUNT, 0);
  }

  /** The n-th entry of work of the next run. */
  public void work(int entry, int pid, int tid, WorkKind kind) {
    int at = SlotLayout.WORK + entry * WorkItemLayout.BYTES;
    memory.putInt(at + WorkItemLayout.PID, pid).putInt(at + WorkItemLayout.TID, tid);
    memory.putInt(at + WorkItemLayout.KIND, kind.ordinal());
  }

  /**
   * Makes the next processes of a plan the work of the next run, each with its threads: as many as
   * make a run, but none that the programs don't see.
   *
   * @param from the first one, which the programs see
   * @param to behind the last one
   * @param maxThreads how many threads they may have together; the first process may have more
   * @return how many entries of work that is, at least one
   */
  public int fillBatch(PassPlan processes, int from, int to, int maxThreads) {
    int entries = 0;
    int end = Math.min(to, from + PROCESSES_PER_BATCH);
    int threads = 0;
    for (int at = from; at < end && !processes.isInvisible(at); at++) {
      threads += processes.size(at);
      if (entries > 0 && threads > maxThreads) {
        break;
      }
      work(entries++, processes.pid(at), 0, WorkKind.PROCESS_WITH_THREADS);
    }
    return entries;
  }

  /**
   * Does entries of work; their records begin anew in the slot.
   *
   * @return how many were done: fewer than asked for where there was no room for more
   * @throws BpfStoppedException if the kernel doesn't run the program any more
   */
  public int run(int entries) {
    beginRun(entries);
    worker.work(this, entries);
    return memory.getInt(RequestLayout.NEXT);
  }

  /** The same for {@code waits}: looks for blocked threads of whole processes. */
  public int runWaits(int entries) {
    beginRun(entries);
    waits.call(number);
    return memory.getInt(RequestLayout.NEXT);
  }

  /** From here on records begin anew. */
  public void beginRun(int entries) {
    memory.putInt(RequestLayout.ITEM_COUNT, entries);
    for (int at = RequestLayout.NEXT; at < RequestLayout.BYTES; at += Integer.BYTES) {
      memory.putInt(at, 0);
    }
  }

  /** Asks for one thread's name; null: it isn't there, or isn't seen. */
  public byte[] name(int pid, int tid) {
    requestFields(0, ThreadRecord.TID.bit() | ThreadRecord.COMM.bit(), 0, 0);
    work(0, pid, tid, WorkKind.ONE_THREAD);
    run(1);
    return get(RequestLayout.THREADS) == 0
        ? null
        : new Record(ThreadRecord.TYPE).wrap(memory, SlotLayout.THREAD).bytes(ThreadRecord.COMM);
  }

  /** A number of the request or of what came out. */
  public int get(int offset) {
    return memory.getInt(offset);
  }
}
