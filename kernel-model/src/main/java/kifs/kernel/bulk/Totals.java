package kifs.kernel.bulk;

import java.util.ArrayList;
import java.util.List;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;

/**
 * Sums entities into a TOTAL record, for any source. An entity without a field adds 0 to that sum.
 * A sum that doesn't fit is 2^64-1. A sum that the source can't provide for any entity is absent.
 * Not thread-safe.
 */
public final class Totals {
  private final Field[] summands;
  private final Field[] totals;
  private final long[] sums;
  private final long needs;
  private final boolean counts;
  private long entities;

  /**
   * @param of PROCESS or THREAD: the type that is summed
   * @param fields mask of the TOTAL fields to fill
   * @param filled mask of the fields of {@code of} that the source provides
   */
  public Totals(RecordType of, long fields, long filled) {
    boolean threads = of == ThreadRecord.TYPE;
    List<Field> summed = new ArrayList<>();
    List<Field> written = new ArrayList<>();
    long mask = 0;
    for (TotalRecord.Sum sum : TotalRecord.SUMS) {
      Field summand = threads ? sum.ofThread() : sum.ofProcess();
      boolean wanted = (fields & sum.total().bit()) != 0;
      if (wanted && summand != null && (filled & summand.bit()) != 0) {
        summed.add(summand);
        written.add(sum.total());
        mask |= summand.bit();
      }
    }
    summands = summed.toArray(Field[]::new);
    totals = written.toArray(Field[]::new);
    sums = new long[totals.length];
    needs = mask;
    counts = (fields & TotalRecord.ENTITIES.bit()) != 0;
  }

  /**
   * The mask of the TOTAL fields that are sums of these PROCESS fields or the number of entities.
   */
  public static long fieldsFor(long processFields) {
    long mask = TotalRecord.ENTITIES.bit();
    for (TotalRecord.Sum sum : TotalRecord.SUMS) {
      if ((processFields & sum.ofProcess().bit()) != 0) {
        mask |= sum.total().bit();
      }
    }
    return mask;
  }

  /** The fields that must have been requested for an entity before it is added. */
  public long needs() {
    return needs;
  }

  public void add(Record entity) {
    entities++;
    for (int i = 0; i < sums.length; i++) {
      sums[i] = plus(sums[i], entity.get(summands[i]));
    }
  }

  /** The sum of two unsigned numbers; 2^64-1 where it doesn't fit. */
  public static long plus(long a, long b) {
    long sum = a + b;
    return Long.compareUnsigned(sum, a) < 0 ? -1 : sum;
  }

  /** Fills a TOTAL record with the sums of all entities added so far. */
  public void write(Record total) {
    if (counts) {
      total.set(TotalRecord.ENTITIES, entities);
    }
    for (int i = 0; i < sums.length; i++) {
      total.set(totals[i], sums[i]);
    }
  }
}
