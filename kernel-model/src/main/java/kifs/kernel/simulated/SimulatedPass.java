package kifs.kernel.simulated;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Totals;
import kifs.kernel.locks.graph.WaitRecords;
import kifs.kernel.query.Query;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.TextRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.simulated.figures.SimulatedDetail;
import kifs.kernel.source.Cancellation;
import org.jspecify.annotations.Nullable;

/** One pass over a simulated kernel, or over one process of it. Guarded by the kernel's lock. */
final class SimulatedPass {
  private final World world;
  private final Query query;
  private final BulkBuilder into;
  private final long now;
  private final Record scratch;
  private @Nullable Totals totals;

  /** The pids whose WAIT records the pass must append; null: all pids that the query admits. */
  private @Nullable Set<Integer> waiters;

  SimulatedPass(World world, Query query, BulkBuilder into, long now) {
    this.world = world;
    this.query = query;
    this.into = into;
    this.now = now;
    this.scratch = Record.allocate(ProcessRecord.TYPE);
  }

  /** Appends the records of all processes that the query admits. TOTAL sums the processes. */
  void all(Cancellation cancellation) {
    system();
    beginTotals(false);
    SimulatedHoldings holdings = new SimulatedHoldings(world, query, false, into, now);
    waiters =
        query.uids().isEmpty() && query.comms().isEmpty() && query.cgroupPath().isEmpty()
            ? null
            : new TreeSet<>();
    int[] pids =
        query.pids().isEmpty()
            ? world.table().pids()
            : query.pids().stream().mapToInt(pid -> pid).sorted().toArray();
    for (int pid : pids) {
      cancellation.check();
      Sighting sighting = world.table().find(pid);
      if (sighting != null && admits(sighting.process())) {
        process(sighting, holdings);
        sum(sighting);
      }
    }
    holdings.end();
    waits(cancellation);
    endTotals();
  }

  /** Appends the records of one process, whatever pids the query has. TOTAL sums its threads. */
  void one(Sighting sighting, Cancellation cancellation) {
    beginTotals(true);
    SimulatedHoldings holdings = new SimulatedHoldings(world, query, true, into, now);
    waiters = new TreeSet<>();
    if (admits(sighting.process())) {
      process(sighting, holdings);
      if (totals != null) {
        sumThreads(totals, sighting.process());
      }
    }
    holdings.end();
    waits(cancellation);
    endTotals();
  }

  private void system() {
    if (query.wants(CgroupRecord.TYPE)) {
      world.cgroups().collect(query, fields(CgroupRecord.TYPE), into, now);
    }
    boolean cpus = query.wants(CpuRecord.TYPE);
    if (!cpus && !query.wants(SystemRecord.TYPE)) {
      return;
    }
    Census census = world.census(now);
    if (query.wants(SystemRecord.TYPE)) {
      Filling.system(into.append(SystemRecord.TYPE), fields(SystemRecord.TYPE), world, census, now);
    }
    int count = world.system().cpus();
    for (int i = 0; cpus && i < count; i++) {
      long fields = fields(CpuRecord.TYPE) | CpuRecord.CPU.bit();
      Filling.cpu(into.append(CpuRecord.TYPE), fields, i, count, census, now);
    }
  }

  private void waits(Cancellation cancellation) {
    boolean noProcess = waiters != null && waiters.isEmpty();
    if (query.wants(WaitRecord.TYPE) && !noProcess && query.admitsState('S')) {
      Set<Integer> pids = waiters == null ? query.pids() : waiters;
      long fields = fields(WaitRecord.TYPE);
      WaitRecords.append(world.locks(now), pids, fields, into, cancellation);
    }
  }

  private boolean admits(SimulatedProcess process) {
    return query.admitsUid(process.credentials().uid())
        && (query.comms().isEmpty() || query.admitsComm(latin1(process.mainThread().comm())))
        && (query.cgroupPath().isEmpty()
            || query.admitsCgroup(
                latin1(process.text().cgroup().getBytes(StandardCharsets.UTF_8))));
  }

  /** Returns one char for each byte, which is the form that names have in queries. */
  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  // Ids are always filled, because a record without ids can't be attributed to anything.

  private void process(Sighting sighting, SimulatedHoldings holdings) {
    if (waiters != null) {
      waiters.add(sighting.pid());
    }
    if (query.admitsState(sighting.process().mainThread().state())) {
      if (query.wants(ProcessRecord.TYPE)) {
        long fields = fields(ProcessRecord.TYPE) | ProcessRecord.PID.bit();
        Record record = into.append(ProcessRecord.TYPE);
        world.fill(record, fields, sighting, now);
        keepIfNeeded(record);
      }
      if (query.wants(CommandRecord.TYPE)) {
        long fields = fields(CommandRecord.TYPE) | CommandRecord.PID.bit();
        Filling.command(into.append(CommandRecord.TYPE), fields, sighting, this::appendText);
      }
      if (query.wants(LimitsRecord.TYPE)) {
        long fields = fields(LimitsRecord.TYPE) | LimitsRecord.PID.bit();
        Filling.limits(into.append(LimitsRecord.TYPE), fields, sighting, now);
      }
      holdings.process(sighting);
    }
    if (query.wants(ThreadRecord.TYPE)) {
      long fields = fields(ThreadRecord.TYPE) | ThreadRecord.PID.bit() | ThreadRecord.TID.bit();
      for (SimulatedThread thread : sighting.process().allThreads()) {
        if (query.admitsState(thread.state())) {
          Record record = into.append(ThreadRecord.TYPE);
          world.fill(record, fields, sighting, thread, now);
          keepIfNeeded(record);
        }
      }
    }
  }

  private void keepIfNeeded(Record last) {
    if (!query.needs(last)) {
      into.removeLast(last.type());
    }
  }

  private long appendText(byte[] bytes) {
    return into.wants(TextRecord.TYPE)
        ? into.appendText(ByteBuffer.wrap(bytes), 0, bytes.length)
        : 0;
  }

  private void beginTotals(boolean ofThreads) {
    if (query.wants(TotalRecord.TYPE)) {
      RecordType of = ofThreads ? ThreadRecord.TYPE : ProcessRecord.TYPE;
      totals = new Totals(of, fields(TotalRecord.TYPE), of.allFields());
    }
  }

  private void sum(Sighting sighting) {
    if (totals != null && query.admitsState(sighting.process().mainThread().state())) {
      world.fill(scratch, totals.needs(), sighting, now);
      totals.add(scratch);
    }
  }

  private void sumThreads(Totals sums, SimulatedProcess process) {
    Record record = Record.allocate(ThreadRecord.TYPE);
    for (SimulatedThread thread : process.allThreads()) {
      if (query.admitsState(thread.state())) {
        world.fill(record, sums.needs(), new Sighting(process, 0), thread, now);
        sums.add(record);
      }
    }
  }

  private void endTotals() {
    if (totals != null) {
      totals.write(into.append(TotalRecord.TYPE));
    }
  }

  private long fields(RecordType type) {
    return query.fields(type, SimulatedDetail.fields(type, query.detail()));
  }
}
