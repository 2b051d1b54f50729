package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import kifs.kernel.query.Selection;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.simulated.SimulatedCgroup;
import kifs.notifier.condition.Condition;
import kifs.notifier.condition.ConditionParser;
import kifs.notifier.condition.Predicate;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Thresholds on cgroups: by samples, and by what the kernel pushes. */
class CgroupsTest {
  private static final long SECOND = Rig.SECOND;
  private static final long MIB = 1L << 20;

  /** A tick so long that only what the kernel pushes is found within it. */
  private static final NotifierOptions PUSHED = new NotifierOptions(3600 * SECOND, 100, 100);

  private Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private void pushed() {
    rig.close();
    rig = new Rig(PUSHED);
  }

  private SimulatedCgroup group(String path) {
    return rig.kernel.simulatedCgroup(path);
  }

  private Scope one(String path) {
    return Scopes.cgroup(rig.source.cgroup(path).orElseThrow());
  }

  @Test
  void memoryInBytesAndOfTheLimitThatCounts() {
    group("/web").set(CgroupRecord.MEMORY_LIMIT, 100 * MIB);
    SimulatedCgroup inner = group("/web/inner").set(CgroupRecord.MEMORY, 10 * MIB);
    Subscription bytes = rig.open(one("/web/inner"), "memory/above/50M");
    Subscription share = rig.open(one("/web/inner"), "memory/above/90%");
    rig.run(SECOND);
    assertEquals(0, Rig.count(bytes));
    inner.set(CgroupRecord.MEMORY, 60 * MIB);
    rig.run(SECOND);
    assertEquals(List.of(Long.toString(60 * MIB)), Rig.events(bytes, "value"));
    assertEquals(0, Rig.count(share));
    inner.set(CgroupRecord.MEMORY, 95 * MIB);
    rig.run(SECOND);
    assertEquals(List.of("95"), Rig.events(share, "value"));
    bytes.close();
    share.close();
  }

  @Test
  void cpuIsInPercentOfOneCpu() {
    SimulatedCgroup web = group("/web").cpu(30);
    Subscription cpu = rig.open(one("/web"), "cpu/above/150");
    rig.run(5 * SECOND);
    assertEquals(0, Rig.count(cpu));
    web.cpu(200);
    rig.run(3 * SECOND);
    assertEquals(1, Rig.count(cpu));
    cpu.close();
  }

  /** Its condition would never be met, because a group whose controller is off has no figure. */
  @Test
  void aGroupWithoutTheControllerIsRefused() throws Exception {
    SimulatedCgroup web = group("/web").set(CgroupRecord.PIDS, 7);
    Condition memory =
        ConditionParser.request(
                ConditionParser.metric(EntityKind.CGROUP, false, "memory"), Predicate.BELOW, "1G")
            .condition();
    NotReportedException refused =
        assertThrows(
            NotReportedException.class, () -> rig.notifier.subscribe(one("/web"), memory, 0));
    assertTrue(refused.getMessage().startsWith("this group has no memory"), refused.getMessage());
    web.set(CgroupRecord.MEMORY, MIB);
    Subscription later = rig.open(one("/web"), "memory/below/1G");
    rig.run(SECOND);
    assertEquals(List.of("0"), Rig.events(later, "uid"));
    later.close();
  }

  @Test
  void eachIsAnyGroupBelowTheRoot() {
    group("/").set(CgroupRecord.PIDS, 500);
    group("/a").set(CgroupRecord.PIDS, 5);
    group("/a/b").set(CgroupRecord.PIDS, 50);
    Subscription each = rig.open(Scopes.eachCgroup("/"), "pids/above/20");
    assertEquals(List.of("cgroups/" + group("/a/b").id()), Rig.events(each, "entity"));
    group("/c/d/e").set(CgroupRecord.PIDS, 30);
    rig.run(SECOND);
    assertEquals(List.of("cgroups/" + group("/c/d/e").id()), Rig.events(each, "entity"));
    each.close();
  }

  @Test
  void eachBelowAGroupIsNotTheGroupItself() {
    group("/a").set(CgroupRecord.PIDS, 100);
    group("/a/b").set(CgroupRecord.PIDS, 90);
    group("/b").set(CgroupRecord.PIDS, 80);
    Subscription below = rig.open(Scopes.eachCgroup("/a"), "pids/above/20");
    Subscription selected =
        rig.open(
            Scopes.eachCgroup("/").only(Selection.ALL.withCgroup("/a")).orElseThrow(),
            "pids/above/20");
    String inner = "cgroups/" + group("/a/b").id();
    assertEquals(List.of(inner), Rig.events(below, "entity"));
    assertEquals(List.of(inner), Rig.events(selected, "entity"));
    assertTrue(Scopes.eachCgroup("/").only(Selection.ALL.withUid(7)).isEmpty());
    below.close();
    selected.close();
  }

  /** A group's figures include those of the groups below it, so only one level is added up. */
  @Test
  void aSumIsOverTheGroupsDirectlyBelow() {
    group("/").set(CgroupRecord.PIDS, 1000);
    group("/a").set(CgroupRecord.PIDS, 30);
    group("/a/b").set(CgroupRecord.PIDS, 20);
    group("/a/c").set(CgroupRecord.PIDS, 5);
    group("/d").set(CgroupRecord.PIDS, 12);
    Subscription top = rig.open(Scopes.allCgroups("/"), "pids/above/40");
    Subscription below = rig.open(Scopes.allCgroups("/a"), "pids/above/20");
    assertEquals(List.of("42"), Rig.events(top, "value"));
    assertEquals(List.of("25"), Rig.events(below, "value"));
    top.close();
    below.close();
  }

  @Test
  void waitersOfARemovedGroupEnd() {
    SimulatedCgroup web = group("/web").set(CgroupRecord.MEMORY, 1);
    Subscription memory = rig.open(one("/web"), "memory/above/1G");
    Subscription each = rig.open(Scopes.eachCgroup("/"), "memory/above/1G");
    web.remove();
    group("/web").set(CgroupRecord.MEMORY, 2L << 30);
    rig.run(SECOND);
    assertEquals(0, Rig.count(memory), "another group has the path now");
    assertTrue(memory.isEnded());
    assertFalse(each.isEnded());
    assertEquals(1, Rig.count(each));
    memory.close();
    each.close();
  }

  @Test
  void whatTheKernelCountsIsToldAtOnce() {
    pushed();
    SimulatedCgroup web = group("/web").set(CgroupRecord.OOM_KILLS, 0);
    web.set(CgroupRecord.PIDS_REFUSED, 0).set(CgroupRecord.POPULATED, 1);
    Subscription kills = rig.open(one("/web"), "oom.kills/changes/any");
    Subscription ofAny = rig.open(Scopes.eachCgroup("/"), "oom.kills/changes/any");
    Subscription refused = rig.open(one("/web"), "pids.refused/changes/any");
    Subscription empty = rig.open(one("/web"), "populated/below/1");
    rig.clock.advance(SECOND);
    web.add(CgroupRecord.OOM_KILLS, 2);
    rig.run(0);
    assertEquals(List.of("2"), Rig.events(kills, "value"));
    assertEquals(List.of("2"), Rig.events(ofAny, "value"));
    web.add(CgroupRecord.PIDS_REFUSED, 1);
    web.set(CgroupRecord.POPULATED, 0);
    rig.run(0);
    assertEquals(List.of("1"), Rig.events(refused, "value"));
    assertEquals(List.of("0"), Rig.events(empty, "value"));
    for (Subscription each : Set.of(kills, ofAny, refused, empty)) {
      each.close();
    }
  }

  @Test
  void withoutEventsTheNextTickFindsIt() {
    rig.kernel.withoutEvents();
    SimulatedCgroup web = group("/web").set(CgroupRecord.OOM_KILLS, 0);
    Subscription kills = rig.open(one("/web"), "oom.kills/changes/any");
    web.add(CgroupRecord.OOM_KILLS, 1);
    rig.run(SECOND);
    assertEquals(List.of("1"), Rig.events(kills, "value"));
    kills.close();
  }

  @Test
  void pressureOfOneGroup() {
    SimulatedCgroup web = group("/web").pressure(CgroupRecord.MEMORY_SOME, 1);
    group("/other").pressure(CgroupRecord.MEMORY_SOME, 90);
    Subscription pressure = rig.open(one("/web"), "pressure.memory/above/20%");
    rig.run(3 * SECOND);
    assertEquals(0, Rig.count(pressure));
    web.pressure(CgroupRecord.MEMORY_SOME, 50);
    rig.run(3 * SECOND);
    assertEquals(1, Rig.count(pressure));
    pressure.close();
  }

  @Test
  void withoutALimitThereIsNoPercentage() {
    group("/web").set(CgroupRecord.PIDS, 7);
    Subscription share = rig.open(one("/web"), "pids/above/1%");
    rig.run(SECOND);
    assertEquals(0, Rig.count(share), "it has no limit");
    share.close();
  }
}
