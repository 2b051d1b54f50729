package kifs.kernel.capture;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.CgroupRef;

/** A cgroup of a captured bulk. Immutable, so thread-safe. */
final class CapturedCgroup implements CgroupRef {
  private final Supplier<CapturedBulk> present;
  private final long id;
  private final String path;

  CapturedCgroup(Supplier<CapturedBulk> present, long id, String path) {
    this.present = present;
    this.id = id;
    this.path = path;
  }

  private Optional<CapturedBulk> bulk() {
    CapturedBulk now = present.get();
    return now.cgroupPath(id).filter(path::equals).map(found -> now);
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public boolean read(long fields, Record cgroup) {
    Optional<Record> record = bulk().flatMap(now -> now.first(CgroupRecord.TYPE, id));
    record.ifPresent(found -> RecordCopies.fill(cgroup, fields, found));
    return record.isPresent();
  }

  @Override
  public List<String> children() {
    TreeSet<String> names = new TreeSet<>();
    bulk()
        .ifPresent(
            now ->
                now.bulk()
                    .forEach(
                        CgroupRecord.TYPE,
                        group -> {
                          String child = now.path(group);
                          if (group.get(CgroupRecord.PARENT) == id && !child.equals(path)) {
                            names.add(child.substring(child.lastIndexOf('/') + 1));
                          }
                        }));
    return List.copyOf(names);
  }

  @Override
  public int[] pids() {
    IntStream.Builder pids = IntStream.builder();
    bulk()
        .ifPresent(
            now ->
                now.bulk()
                    .forEach(
                        ProcessRecord.TYPE,
                        process -> {
                          if (process.get(ProcessRecord.CGROUP_ID) == id) {
                            pids.add((int) process.get(ProcessRecord.PID));
                          }
                        }));
    return pids.build().sorted().toArray();
  }

  @Override
  public void close() {}
}
