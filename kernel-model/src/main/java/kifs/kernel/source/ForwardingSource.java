package kifs.kernel.source;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Host;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * A source that hands every call on to another one. A subclass overrides what differs. It forwards
 * the methods that have a default, too, so that no subclass loses what the other source says.
 * Thread-safe like the other source.
 */
public abstract class ForwardingSource implements KernelSource {
  private final KernelSource target;

  protected ForwardingSource(KernelSource target) {
    this.target = target;
  }

  @Override
  public SourceKind kind() {
    return target.kind();
  }

  @Override
  public Host host() {
    return target.host();
  }

  @Override
  public KernelClock clock() {
    return target.clock();
  }

  @Override
  public List<String> warnings() {
    return target.warnings();
  }

  @Override
  public Map<String, String> parts() {
    return target.parts();
  }

  @Override
  public List<UnreadableProcess> unreadable() {
    return target.unreadable();
  }

  @Override
  public long fields(RecordType type, Detail detail) {
    return target.fields(type, detail);
  }

  @Override
  public void collect(Query query, BulkBuilder into, Cancellation cancellation) {
    target.collect(query, into, cancellation);
  }

  @Override
  public boolean collect(
      ProcessRef process, Query query, BulkBuilder into, Cancellation cancellation) {
    return target.collect(process, query, into, cancellation);
  }

  @Override
  public int[] pids() {
    return target.pids();
  }

  @Override
  public Optional<ProcessRef> process(int pid) {
    return target.process(pid);
  }

  @Override
  public Set<LimitKind> limits() {
    return target.limits();
  }

  @Override
  public long[] shmIds(Cancellation cancellation) {
    return target.shmIds(cancellation);
  }

  @Override
  public Optional<ShmRef> shm(long id) {
    return target.shm(id);
  }

  @Override
  public Optional<CgroupRef> cgroup(String path) {
    return target.cgroup(path);
  }

  @Override
  public Optional<String> cgroupPath(long id) {
    return target.cgroupPath(id);
  }

  @Override
  public void readSystem(long fields, Record system) {
    target.readSystem(fields, system);
  }

  @Override
  public KernelEvents events() {
    return target.events();
  }

  @Override
  public void close() {
    target.close();
  }
}
