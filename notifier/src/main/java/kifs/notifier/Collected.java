package kifs.notifier;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;

/**
 * What was read of the kernel for one turn: one pass for all looks at the whole host, one read for
 * each other. Made without the notifier's lock.
 */
final class Collected implements AutoCloseable {
  private static final List<RecordType> TASKS = List.of(ProcessRecord.TYPE, ThreadRecord.TYPE);

  private final KernelSource source;
  private final ChunkPool pool;
  private final List<Look> looks;
  private final Map<Look, Record> singles = new HashMap<>();
  private final Map<Look, BulkBuilder> runs = new HashMap<>();
  private final Set<Look> gone = new HashSet<>();
  private final long nowNs;
  private BulkBuilder pass;

  Collected(KernelSource source, ChunkPool pool, List<Look> looks, long nowNs) {
    this.source = source;
    this.pool = pool;
    this.looks = looks;
    this.nowNs = nowNs;
    try {
      collectPass(looks.stream().filter(look -> look.target().scope().isHostWide()).toList());
      for (Look look : looks) {
        if (!look.target().scope().isHostWide()) {
          collectOne(look);
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  List<Look> looks() {
    return looks;
  }

  /** Boot time at which the reading began. */
  long nowNs() {
    return nowNs;
  }

  boolean isGone(Look look) {
    return gone.contains(look);
  }

  /** The record of a look at one entity; null if the look is at many. */
  Record single(Look look) {
    return singles.get(look);
  }

  /** The records of a look at many. */
  BulkBuilder run(Look look) {
    return look.target().scope().isHostWide() ? pass : runs.get(look);
  }

  private void collectPass(List<Look> hostWide) {
    if (hostWide.isEmpty()) {
      return;
    }
    Set<Integer> tags = new TreeSet<>();
    Query query = Query.of();
    for (RecordType type : TASKS) {
      long fields = 0;
      for (Look look : hostWide) {
        fields |= look.target().type() == type ? look.fields() : 0;
      }
      if (fields != 0) {
        tags.add(type.tag());
        query = query.withFields(type, fields | identity(type));
      }
    }
    pass = new BulkBuilder(pool, TASKS);
    source.collect(query.withTags(tags), pass, Cancellation.NEVER);
  }

  private void collectOne(Look look) {
    Scope scope = look.target().scope();
    RecordType type = look.target().type();
    boolean there = true;
    if (scope.kind() == EntityKind.SYSTEM) {
      Record system = Record.allocate(SystemRecord.TYPE);
      source.readSystem(look.fields(), system);
      singles.put(look, system);
    } else if (look.due().isEmpty()) {
      there = isAlive(scope);
    } else if (scope.thread() != null) {
      Record thread = Record.allocate(ThreadRecord.TYPE);
      there = scope.thread().read(look.fields() | ThreadRecord.COMM.bit(), thread);
      singles.put(look, thread);
    } else if (type == ProcessRecord.TYPE) {
      Record process = Record.allocate(ProcessRecord.TYPE);
      there = scope.process().read(look.fields(), process);
      singles.put(look, process);
    } else {
      BulkBuilder threads = new BulkBuilder(pool, List.of(type));
      runs.put(look, threads);
      Query query = Query.of(type).withFields(type, look.fields() | identity(type));
      there = scope.process().collect(query, threads, Cancellation.NEVER);
    }
    if (!there) {
      gone.add(look);
    }
  }

  private static boolean isAlive(Scope scope) {
    return scope.thread() == null
        ? scope.process().isAlive()
        : scope.thread().read(ThreadRecord.START.bit(), Record.allocate(ThreadRecord.TYPE));
  }

  /** What tells an entity from others, and what an event says of it. */
  private static long identity(RecordType type) {
    long mask = 0;
    List<Field> fields =
        type == ProcessRecord.TYPE
            ? List.of(ProcessRecord.PID, ProcessRecord.START, ProcessRecord.COMM)
            : List.of(ThreadRecord.PID, ThreadRecord.TID, ThreadRecord.START, ThreadRecord.COMM);
    for (Field field : fields) {
      mask |= field.bit();
    }
    return mask;
  }

  @Override
  public void close() {
    runs.values().forEach(BulkBuilder::close);
    if (pass != null) {
      pass.close();
    }
  }
}
