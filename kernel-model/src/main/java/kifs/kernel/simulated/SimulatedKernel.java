package kifs.kernel.simulated;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Host;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.simulated.figures.SimulatedDetail;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.CgroupRef;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelEvents.ProcessEvent.Kind;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ShmRef;
import kifs.kernel.source.SourceKind;
import kifs.kernel.source.UnreadableProcess;

/**
 * A kernel that a test or a {@code SimulationScript} invents:
 *
 * <pre>{@code
 * VirtualClock clock = new VirtualClock();
 * SimulatedKernel kernel = new SimulatedKernel(clock);
 * SimulatedProcess java = kernel.spawn("java").uid(1000).threads(4).rss(200 * MIB).cpu(30);
 * clock.advance(1_000_000_000); // java's runtime_ns is exactly 300,000,000 now
 * java.exit(0);
 * }</pre>
 *
 * <p>The call that causes an event notifies the listeners before it returns. If another thread
 * notifies them at that moment, that thread does so instead. Thread-safe by one lock, which is
 * never held while a listener is called.
 */
public final class SimulatedKernel implements KernelSource {
  private final World world;
  private final AtomicLong passes = new AtomicLong();

  /** Makes a kernel without processes, whose figures follow that clock. */
  public SimulatedKernel(KernelClock clock) {
    world = new World(clock);
  }

  /** Adds a process with the lowest free id from 100, child of process 1. */
  public SimulatedProcess spawn(String comm) {
    return spawn(0, 1, comm);
  }

  /** Adds a process with that id, which must not be in use. */
  public SimulatedProcess spawn(int pid, String comm) {
    return spawn(pid, pid == 1 ? 0 : 1, comm);
  }

  /**
   * Adds a process, and notifies listeners of the fork.
   *
   * @param pid must not be in use; 0: the lowest free id from 100
   */
  public SimulatedProcess spawn(int pid, int parent, String comm) {
    return world.withScenarioPlayed(
        now -> {
          int id = pid == 0 ? world.table().free() : pid;
          world.table().requireFree(id);
          SimulatedProcess process = new SimulatedProcess(world, id, parent, comm, false, now);
          world.table().add(process);
          world.forked(1);
          world.events().happened(Kind.FORK, id, parent, 0, now);
          return process;
        });
  }

  /**
   * Adds many equal processes, in the memory of one. Listeners get a loss of forks, as from a
   * kernel that creates processes faster than it can report them.
   *
   * @param from the id of the first process; the next ids are each {@code threads} higher
   * @return the template of the processes. A change of it changes each process that {@link
   *     #simulated} has not singled out
   */
  public SimulatedProcess crowd(int count, int from, int threads, String comm) {
    return world.withScenarioPlayed(
        now -> {
          world.table().requireFree(from, count * (long) Math.max(0, threads));
          SimulatedProcess template = new SimulatedProcess(world, from, 1, comm, true, now);
          for (int tid = from + 1; tid < from + threads; tid++) {
            template.addThread(new SimulatedThread(template, tid, comm, now));
          }
          world.table().add(new Crowd(template, count, threads));
          world.forked(count * (long) threads);
          world.events().lost(Kind.FORK, count, now);
          return template;
        });
  }

  /** The process that has that id now. A member of a crowd becomes a process of its own by this. */
  public SimulatedProcess simulated(int pid) {
    return world.withScenarioPlayed(now -> world.single(pid));
  }

  /**
   * Adds a shared-memory object.
   *
   * @param kind as in {@link kifs.kernel.record.ShmRecord}
   * @param name must not be in use. Objects of a kind that shows no name have one here too
   */
  public SimulatedShm shm(int kind, String name) {
    return world.withScenarioPlayed(now -> world.shm().make(world, kind, name));
  }

  /** The shared-memory object of that name. */
  public SimulatedShm shm(String name) {
    return world.withScenarioPlayed(now -> world.shm().get(name));
  }

  /** The cgroup of that path. It and those above it are made if they don't exist. */
  public SimulatedCgroup simulatedCgroup(String path) {
    return world.withScenarioPlayed(now -> world.cgroups().require(path));
  }

  /** The figures of the host. */
  public SimulatedSystem system() {
    return world.system();
  }

  /** Switches off all events from now on, so that users have to sample. */
  public SimulatedKernel withoutEvents() {
    return withEvents(false, false);
  }

  /**
   * Switches events on or off. Watches that exist already aren't affected.
   *
   * @param ofExits whether {@link KernelEvents#onExit} works from now on
   * @param ofProcesses whether all other events do
   */
  public SimulatedKernel withEvents(boolean ofExits, boolean ofProcesses) {
    world.mutate(now -> world.events().provide(ofExits, ofProcesses));
    return this;
  }

  /** How many passes there were so far. */
  public long passes() {
    return passes.get();
  }

  /** How many reads of one entity, of the host, or of a list of ids there were so far. */
  public long reads() {
    return world.reads();
  }

  /** Replaces the scenario. */
  public void play(Scenario scenario) {
    world.play(scenario);
  }

  /** CLOCK_BOOTTIME at which the scenario's next step is due, ns; {@link Long#MAX_VALUE}: never. */
  public long nextNs() {
    return world.nextNs();
  }

  /**
   * Carries out all steps of the scenario that are due at that CLOCK_BOOTTIME, or now if that is
   * earlier, and notifies the listeners. Every read and every change does so by itself.
   */
  public void runTo(long boottimeNs) {
    world.runTo(boottimeNs);
  }

  /** Ends every process and removes every shared-memory object. */
  public void clear() {
    world.mutate(
        now -> {
          world.table().allProcesses().forEach(process -> process.exit(0));
          world.shm().clear();
        });
  }

  /** Replaces the action that {@link #close} runs. */
  public void onClose(Runnable action) {
    world.onClose(action);
  }

  @Override
  public SourceKind kind() {
    return SourceKind.SIMULATED;
  }

  @Override
  public Host host() {
    return world.peek(now -> world.system().host());
  }

  @Override
  public KernelClock clock() {
    return world.clock();
  }

  @Override
  public List<String> warnings() {
    return List.of("everything here is invented: this is a simulated kernel");
  }

  /** {@inheritDoc} Members of a crowd are not named. */
  @Override
  public List<UnreadableProcess> unreadable() {
    return world.peek(
        now ->
            world.table().singles().stream()
                .filter(SimulatedProcess::isUnreadable)
                .map(
                    process ->
                        new UnreadableProcess(
                            process.pid(),
                            new String(process.mainThread().comm(), StandardCharsets.ISO_8859_1),
                            process.unreadableSinceNs()))
                .toList());
  }

  @Override
  public long fields(RecordType type, Detail detail) {
    return SimulatedDetail.fields(type, detail);
  }

  @Override
  public void collect(Query query, BulkBuilder into, Cancellation cancellation) {
    passes.incrementAndGet();
    world.mutate(now -> new SimulatedPass(world, query, into, now).all(cancellation));
  }

  @Override
  public int[] pids() {
    return world.readCounted(now -> world.table().pids());
  }

  @Override
  public Set<LimitKind> limits() {
    return SimulatedLimits.KINDS;
  }

  @Override
  public Optional<ProcessRef> process(int pid) {
    return world.peek(
        now -> {
          Sighting found = world.table().find(pid);
          if (found == null) {
            return Optional.empty();
          }
          SimulatedProcess process = found.process();
          Crowd crowd = process.isCrowd() ? world.table().crowdOf(pid) : null;
          return Optional.of(new SimulatedProcessRef(world, pid, process, crowd));
        });
  }

  @Override
  public long[] shmIds(Cancellation cancellation) {
    return world.readCounted(
        now ->
            world.findShm(pid -> true, true).all().stream().mapToLong(o -> o.key().id()).toArray());
  }

  @Override
  public Optional<ShmRef> shm(long id) {
    return world.peek(
        now ->
            world.findShm(pid -> true, true).byId(id) == null
                ? Optional.empty()
                : Optional.of(new SimulatedShmRef(world, id)));
  }

  @Override
  public Optional<CgroupRef> cgroup(String path) {
    return world.peek(
        now ->
            Optional.ofNullable(world.cgroups().get(CgroupTable.decoded(path)))
                .map(group -> new SimulatedCgroupRef(world, group)));
  }

  @Override
  public Optional<String> cgroupPath(long id) {
    return world.peek(now -> world.cgroups().path(id));
  }

  @Override
  public void readSystem(long fields, Record record) {
    world.readCounted(
        now -> {
          Filling.system(record, fields, world, world.census(now), now);
          return null;
        });
  }

  @Override
  public KernelEvents events() {
    return world.events();
  }

  @Override
  public void close() {
    world.close();
  }
}
