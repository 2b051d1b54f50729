package kifs.kernel.simulated;

import java.util.ArrayList;
import java.util.List;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.TotalRecord;

/** Adds up entities of one kind into a TOTAL record. */
final class SimulatedTotals {
  private record Sum(Field total, Field of) {}

  private final List<Sum> sums = new ArrayList<>();
  private final long[] values;
  private final long fields;
  private long entities;

  /**
   * @param fields of TOTAL that are wanted
   * @param ofThreads whether threads are summed, not processes
   */
  SimulatedTotals(long fields, boolean ofThreads) {
    this.fields = fields;
    for (TotalRecord.Sum sum : TotalRecord.SUMS) {
      Field of = ofThreads ? sum.ofThread() : sum.ofProcess();
      if (of != null && (fields & sum.total().bit()) != 0) {
        sums.add(new Sum(sum.total(), of));
      }
    }
    values = new long[sums.size()];
  }

  /** The fields that {@link #add} needs. */
  long needed() {
    long mask = 0;
    for (Sum sum : sums) {
      mask |= sum.of().bit();
    }
    return mask;
  }

  void add(Record entity) {
    entities++;
    for (int i = 0; i < values.length; i++) {
      values[i] += entity.get(sums.get(i).of());
    }
  }

  void write(Record total) {
    if ((fields & TotalRecord.ENTITIES.bit()) != 0) {
      total.set(TotalRecord.ENTITIES, entities);
    }
    for (int i = 0; i < values.length; i++) {
      total.set(sums.get(i).total(), values[i]);
    }
  }
}
