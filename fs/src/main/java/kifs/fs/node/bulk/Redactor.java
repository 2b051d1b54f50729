package kifs.fs.node.bulk;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkTooLargeException;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Redaction;
import kifs.kernel.bulk.Visibility;
import kifs.kernel.query.Query;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.TextRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;

/**
 * Extends queries by what it takes to decide what a client may see, and makes the part of a bulk
 * that the client may see. Thread-safe.
 */
final class Redactor {
  /** Memory that all parts together may hold, and memory that is kept for the next ones, bytes. */
  static final long MAX_BYTES = 384L << 20;

  /** Memory that the parts of one user may hold, bytes. */
  static final long MAX_BYTES_OF_USER = MAX_BYTES / 4;

  private static final long KEPT_BYTES = 8L << 20;

  private final KernelSource source;

  /**
   * The memory of the parts, so that clients that keep their bulks open don't take the memory of
   * clients that see everything.
   */
  private final ChunkPool pool = new ChunkPool(MAX_BYTES, KEPT_BYTES);

  /** The shares of users who hold parts, or have just held one. Guarded by itself. */
  private final Map<Long, ChunkPool> shares = new HashMap<>();

  Redactor(KernelSource source) {
    this.source = source;
  }

  /** The number of parts that are in memory now. */
  int bulks() {
    return pool.bulks();
  }

  /** Bytes that open parts hold now. */
  long lentBytes() {
    return pool.lentBytes();
  }

  /** A query for the host, with what it takes to decide which records a client may see. */
  Query ofHost(Query query) {
    Query wide = withUsers(query);
    boolean isOfProcesses =
        wide.tags().stream().map(Records::byTag).anyMatch(type -> type.field("pid") != null)
            || wide.wants(WaitRecord.TYPE);
    if (!isOfProcesses) {
      return wide;
    }
    Set<Integer> tags = new TreeSet<>(wide.tags());
    tags.add(ProcessRecord.TYPE.tag());
    return wide.withTags(tags)
        .withFields(
            ProcessRecord.TYPE,
            processFields(query) | ProcessRecord.PID.bit() | ProcessRecord.VIEWER);
  }

  /** A query for one entity, with what it takes to decide which records a client may see. */
  Query ofOne(Query query) {
    Query wide = withUsers(query);
    return wide.wants(ProcessRecord.TYPE)
        ? wide.withFields(ProcessRecord.TYPE, processFields(query) | ProcessRecord.VIEWER)
        : wide;
  }

  /** The query with the users of shared memory, which decide who may know an object. */
  private static Query withUsers(Query query) {
    if (!query.wants(ShmRecord.TYPE)) {
      return query;
    }
    Set<Integer> tags = new TreeSet<>(query.tags());
    tags.add(ShmUserRecord.TYPE.tag());
    return query.withTags(tags);
  }

  /** The mask of the fields of PROCESS that a query asks for. */
  private long processFields(Query query) {
    return query.wants(ProcessRecord.TYPE)
        ? query.fields(ProcessRecord.TYPE, source.fields(ProcessRecord.TYPE, query.detail()))
        : 0;
  }

  /**
   * The part of a bulk that a client may see.
   *
   * @return the caller owns a reference of it
   */
  Bulk part(Bulk whole, Query asked, View view, boolean isOfHost) {
    if (view.visibility().seesAll()) {
      return whole.retain();
    }
    long takenNs = whole.snapshot().get(SnapshotRecord.BOOTTIME);
    Redaction.Asked what =
        new Redaction.Asked(
            types(asked), processFields(asked), isOfHost && !asked.isFiltered(), view.process());
    try {
      return new Redaction(
              whole, what, view.visibility(), pid -> sees(view.visibility(), pid, takenNs))
          .copy(share(view.visibility().uid()));
    } catch (BulkTooLargeException e) {
      throw Snapshots.tooLarge(e);
    }
  }

  /** The memory of a user. Shares that are not in use are forgotten when another user comes. */
  private ChunkPool share(long uid) {
    synchronized (shares) {
      ChunkPool own = shares.get(uid);
      if (own == null) {
        shares.values().removeIf(share -> share.lentBytes() == 0);
        own = pool.share(MAX_BYTES_OF_USER);
        shares.put(uid, own);
      }
      return own;
    }
  }

  /** Whether a client sees the process that had an id at some time, and still has it. */
  private boolean sees(Visibility visibility, int pid, long boottimeNs) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    try (ProcessRef ref = source.process(pid).orElse(null)) {
      return ref != null
          && ref.read(ProcessRecord.VIEWER | ProcessRecord.START.bit(), process)
          && process.get(ProcessRecord.START) <= boottimeNs
          && visibility.sees(process);
    }
  }

  /** The types of the records of a bulk. */
  static Collection<RecordType> types(Query query) {
    TreeSet<Integer> tags = new TreeSet<>(query.tags());
    if (tags.stream().map(Records::byTag).anyMatch(Records::haveTexts)) {
      tags.add(TextRecord.TYPE.tag());
    }
    return tags.stream().map(Records::byTag).toList();
  }
}
