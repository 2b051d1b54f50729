package kifs.kernel.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.bulk.Host;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.CgroupRef;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ShmRef;
import kifs.kernel.source.SourceKind;

/**
 * The kernel that a bulk shows. Its clock shows when the bulk was taken. The bulk may be replaced
 * by a later one, as when a recording grows: then entities vanish and appear as in a live kernel.
 * Thread-safe.
 */
public final class CaptureSource implements KernelSource {
  private final Supplier<BulkReader> present;
  private final String warning;
  private final Runnable onClose;
  private final KernelEvents events = new NoEvents();
  private volatile CapturedBulk captured;

  /**
   * @param present the bulk that is shown now; called often, by any thread
   * @param warning what about the file an administrator should know
   * @param onClose runs when the source is closed
   */
  public CaptureSource(Supplier<BulkReader> present, String warning, Runnable onClose) {
    this.present = present;
    this.warning = warning;
    this.onClose = onClose;
    captured = new CapturedBulk(present.get());
  }

  /** The bulk that is shown now. */
  CapturedBulk now() {
    CapturedBulk shown = captured;
    BulkReader bulk = present.get();
    if (!shown.shows(bulk)) {
      shown = new CapturedBulk(bulk);
      captured = shown;
    }
    return shown;
  }

  @Override
  public SourceKind kind() {
    return SourceKind.CAPTURE;
  }

  @Override
  public Host host() {
    return now().host();
  }

  @Override
  public KernelClock clock() {
    return new KernelClock() {
      @Override
      public long boottimeNs() {
        return now().boottimeNs();
      }

      @Override
      public long realtimeNs() {
        return now().realtimeNs();
      }
    };
  }

  @Override
  public List<String> warnings() {
    return List.of(warning);
  }

  @Override
  public long fields(RecordType type, Detail detail) {
    return now().provided(type);
  }

  @Override
  public void collect(Query query, BulkBuilder into, Cancellation cancellation) {
    new CapturedPass(now(), query, into, cancellation).all();
  }

  @Override
  public int[] pids() {
    return now().pids();
  }

  @Override
  public Optional<ProcessRef> process(int pid) {
    CapturedBulk now = now();
    return now.hasProcess(pid)
        ? Optional.of(new CapturedProcess(this::now, pid, now.startNs(pid)))
        : Optional.empty();
  }

  @Override
  public Set<LimitKind> limits() {
    return Set.of();
  }

  @Override
  public long[] shmIds(Cancellation cancellation) {
    List<Long> ids = new ArrayList<>();
    now().keys(ShmRecord.TYPE).forEach(ids::add);
    return ids.stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public Optional<ShmRef> shm(long id) {
    return now().first(ShmRecord.TYPE, id).map(object -> new CapturedShm(this::now, id));
  }

  @Override
  public Optional<CgroupRef> cgroup(String path) {
    CapturedBulk now = now();
    for (long id : now.keys(CgroupRecord.TYPE)) {
      if (now.cgroupPath(id).filter(path::equals).isPresent()) {
        return Optional.of(new CapturedCgroup(this::now, id, path));
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<String> cgroupPath(long id) {
    return now().cgroupPath(id);
  }

  @Override
  public void readSystem(long fields, Record system) {
    now().bulk().forEach(SystemRecord.TYPE, record -> RecordCopies.fill(system, fields, record));
  }

  @Override
  public KernelEvents events() {
    return events;
  }

  @Override
  public void close() {
    onClose.run();
  }
}
