package kifs.kernel.bpf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import kifs.kernel.linux.LibC;
import kifs.kernel.locks.Abi;
import kifs.kernel.locks.BlockedCall;
import kifs.kernel.locks.FileLock;
import kifs.kernel.locks.LockFacts;
import kifs.kernel.locks.Registers;
import kifs.kernel.locks.ThreadId;
import kifs.kernel.locks.UserWords;
import kifs.kernel.locks.Wait;
import kifs.kernel.source.Cancellation;

/**
 * The facts of blocked threads, found by a program in one walk over all of them; what is asked of
 * few threads, and what the program leaves out, /proc tells. In the first pid namespace only.
 */
final class BpfLockFacts implements LockFacts {
  private static final int SLICE = 128;
  private static final int SLICE_THREADS = SharedLayout.SLICE_BLOCKED / 2;
  private static final long FOUR_GIB = 1L << 32;
  private static final int SMALLEST_PAGE = 4096;
  private static final Abi ABI = LibC.isAarch64() ? Abi.AARCH64 : Abi.X86_64;

  private final BpfEngine engine;
  private final LockFacts proc;

  /** Since {@link #begin}. */
  private final SeenThreads seen = new SeenThreads();

  BpfLockFacts(BpfEngine engine, LockFacts proc) {
    this.engine = engine;
    this.proc = proc;
  }

  @Override
  public void begin() {
    seen.clear();
    proc.begin();
  }

  @Override
  public void blocked(
      Set<Integer> pids, boolean described, Consumer<BlockedCall> to, Cancellation cancellation) {
    try (BpfEngine.Use use = engine.use()) {
      if (!use.isGranted()) {
        proc.blocked(pids, described, to, cancellation);
        return;
      }
      Set<Integer> elsewhere = new TreeSet<>();
      List<BlockedCall> found = new ArrayList<>();
      look(pids, described, elsewhere, found, cancellation);
      found.forEach(to);
      if (!elsewhere.isEmpty()) {
        proc.blocked(elsewhere, described, to, cancellation);
      }
    } catch (BpfStoppedException e) {
      engine.stop(e);
      proc.blocked(pids, described, to, cancellation);
    }
  }

  /**
   * @param elsewhere takes processes that the program doesn't see, or that are too large for it
   */
  private void look(
      Set<Integer> pids,
      boolean described,
      Set<Integer> elsewhere,
      List<BlockedCall> found,
      Cancellation cancellation) {
    engine.refresh();
    long[] work = pids.isEmpty() ? everybody() : only(pids);
    if (work == null) {
      Arrays.stream(engine.procfs().pids()).forEach(elsewhere::add);
      return;
    }
    Arrays.stream(engine.hidden().pids())
        .filter(pid -> pids.isEmpty() || pids.contains(pid))
        .forEach(elsewhere::add);
    Slot slot = engine.slots().take(cancellation);
    try {
      ask(slot);
      for (int at = 0; at < work.length; ) {
        cancellation.check();
        int entries = 0;
        for (int size = 0; entries < SLICE && at + entries < work.length; entries++) {
          size += (int) work[at + entries];
          if (entries > 0 && size > SLICE_THREADS) {
            break;
          }
          slot.work(entries, pidOf(work[at + entries]), 0, SharedLayout.WHOLE);
        }
        int done = slot.runWaits(entries);
        take(slot, described, found);
        if (done == 0) {
          elsewhere.add(pidOf(work[at]));
          done = 1;
        }
        at += done;
      }
    } finally {
      engine.slots().give(slot);
    }
  }

  /** Processes and how many threads each has; null: there are too many to be listed. */
  private long[] everybody() {
    LongStream.Builder found = LongStream.builder();
    boolean all =
        engine
            .listing()
            .forEach((pid, visible, threads, uid, cssSet) -> found.add(work(pid, threads)));
    return all ? found.build().toArray() : null;
  }

  /**
   * Some processes, of unknown size: to list all to learn it takes 1.5 ms beside 5,000. The program
   * stops before one for which there is no room left.
   */
  private static long[] only(Set<Integer> pids) {
    return pids.stream().mapToLong(pid -> work(pid, 0)).toArray();
  }

  private static long work(int pid, int threads) {
    return (long) pid << Integer.SIZE | threads;
  }

  private static int pidOf(long work) {
    return (int) (work >>> Integer.SIZE);
  }

  private static void ask(Slot slot) {
    ByteBuffer memory = slot.memory();
    for (int at = 0; at < SharedLayout.CALL_NUMBERS / Long.SIZE; at++) {
      long mask = 0;
      for (int bit = 0; bit < Long.SIZE; bit++) {
        int number = at * Long.SIZE + bit;
        boolean compat = !LibC.isAarch64() && Abi.I386.call(number) != Abi.Call.OTHER;
        mask |= compat || ABI.call(number) != Abi.Call.OTHER ? 1L << bit : 0;
      }
      memory.putLong(SharedLayout.CALLS + at * Long.BYTES, mask);
    }
    int futex = 0;
    while (ABI.call(futex) != Abi.Call.FUTEX) {
      futex++;
    }
    memory.putLong(SharedLayout.FUTEX, futex);
  }

  private void take(Slot slot, boolean described, List<BlockedCall> found) {
    ByteBuffer memory = slot.memory();
    seen.take(slot);
    for (int i = 0; i < slot.get(SharedLayout.BLOCKED_COUNT); i++) {
      int at = SharedLayout.BLOCKED + i * SharedLayout.BLOCKED_BYTES;
      call(memory, at, described).ifPresent(found::add);
    }
  }

  private Optional<BlockedCall> call(ByteBuffer memory, int at, boolean described) {
    int pid = memory.getInt(at);
    int tid = memory.getInt(at + SharedLayout.BLOCKED_TID);
    long stack = memory.getLong(at + SharedLayout.BLOCKED_STACK);
    boolean compat = memory.getInt(at + SharedLayout.BLOCKED_COMPAT) != 0;
    if (compat || Long.compareUnsigned(stack, FOUR_GIB) < 0) {
      // Its numbers may mean other calls.
      return proc.blocked(new ThreadId(pid, tid));
    }
    int number = (int) memory.getLong(at + SharedLayout.BLOCKED_NUMBER);
    if (ABI.call(number) == Abi.Call.OTHER) {
      return Optional.empty();
    }
    long[] arguments = new long[6];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = memory.getLong(at + SharedLayout.BLOCKED_ARGUMENT + i * Long.BYTES);
    }
    boolean futex = ABI.call(number) == Abi.Call.FUTEX;
    long lastRan = memory.getLong(at + SharedLayout.BLOCKED_LAST_RAN);
    return Optional.of(
        new BlockedCall(
            new ThreadId(pid, tid),
            new BlockedCall.SystemCall(
                ABI, number, arguments, stack, memory.getLong(at + SharedLayout.BLOCKED_CODE)),
            futex ? words(memory, at, tid, arguments[0]) : UserWords.NONE,
            new Wait.Since(
                lastRan == 0 ? -1 : lastRan, memory.getLong(at + SharedLayout.BLOCKED_SWITCHES)),
            described
                ? new Wait.Description(
                    comm(memory, at + SharedLayout.BLOCKED_COMM),
                    memory.getInt(at + SharedLayout.BLOCKED_UID) & 0xFFFF_FFFFL)
                : Wait.Description.UNKNOWN));
  }

  private UserWords words(ByteBuffer memory, int at, int tid, long address) {
    if (memory.getInt(at + SharedLayout.BLOCKED_ELSEWHERE) != 0) {
      return wordsOfProc(tid, address);
    }
    int length = memory.getInt(at + SharedLayout.BLOCKED_WORDS_LENGTH);
    if (length == 0) {
      return UserWords.NONE;
    }
    byte[] bytes = new byte[length];
    memory.get(at + SharedLayout.BLOCKED_WORDS, bytes);
    long from = memory.getLong(at + SharedLayout.BLOCKED_WORDS_ADDRESS);
    return new UserWords(bytes, (int) (from - address));
  }

  /** By the thread itself: the first one of its process may have ended, and has no memory then. */
  private UserWords wordsOfProc(int tid, long address) {
    long from = address - UserWords.BEFORE;
    byte[] bytes = proc.memory(tid, from, SharedLayout.WORDS);
    if (bytes.length <= UserWords.BEFORE) {
      // The page before may not be mapped.
      from = Math.max(from, address & -SMALLEST_PAGE);
      bytes = proc.memory(tid, from, (int) (address + UserWords.AFTER - from));
    }
    return bytes.length == 0 ? UserWords.NONE : new UserWords(bytes, (int) (from - address));
  }

  private static byte[] comm(ByteBuffer memory, int at) {
    int length = 0;
    while (length < SharedLayout.COMM_BYTES && memory.get(at + length) != 0) {
      length++;
    }
    byte[] comm = new byte[length];
    memory.get(at, comm);
    return comm;
  }

  /** Through /proc, which is the shortest way, unless that may be refused. */
  @Override
  public Optional<BlockedCall> blocked(ThreadId thread) {
    Optional<BlockedCall> told = proc.blocked(thread);
    if (told.isPresent() || engine.procfs().mayTrace()) {
      return told;
    }
    List<BlockedCall> found = new ArrayList<>();
    blocked(Set.of(thread.pid()), true, found::add, Cancellation.NEVER);
    return found.stream().filter(call -> call.thread().equals(thread)).findFirst();
  }

  @Override
  public Optional<ThreadId> thread(int pid, int tid, boolean anywhere) {
    int process = seen.sharesIds(pid) ? seen.process(tid) : 0;
    if (process == 0) {
      return proc.thread(pid, tid, anywhere);
    }
    return anywhere || process == pid ? Optional.of(new ThreadId(process, tid)) : Optional.empty();
  }

  @Override
  public int[] threads(int pid) {
    return proc.threads(pid);
  }

  @Override
  public Optional<int[]> children(int pid) {
    return proc.children(pid);
  }

  @Override
  public Optional<List<FileLock>> fileLocks() {
    return proc.fileLocks();
  }

  @Override
  public Optional<Wait.LockedFile> file(int pid, int fd) {
    return proc.file(pid, fd);
  }

  @Override
  public Optional<int[]> holders(FileLock lock, boolean thorough) {
    return proc.holders(lock, thorough);
  }

  @Override
  public Optional<Wait.LockedFile> mapping(int pid, long address) {
    return proc.mapping(pid, address);
  }

  @Override
  public byte[] memory(int pid, long address, int length) {
    return proc.memory(pid, address, length);
  }

  @Override
  public Optional<List<Code>> code(int pid) {
    return proc.code(pid);
  }

  @Override
  public Optional<Registers> registers(ThreadId thread) {
    return proc.registers(thread);
  }

  @Override
  public Optional<byte[]> comm(ThreadId thread) {
    byte[] name = seen.name(thread.isProcess() ? thread.pid() : thread.tid());
    name = name == null ? engine.name(thread) : name;
    return name == null ? proc.comm(thread) : Optional.of(name);
  }
}
