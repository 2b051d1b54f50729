package kifs.fs.node.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FairExecutorTest {
  private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

  private Runnable task(String name) {
    return () -> ran.add(name);
  }

  /** Occupies a user's turn until the latch is released. */
  private static Runnable block(CountDownLatch begun, CountDownLatch end) {
    return () -> {
      begun.countDown();
      try {
        end.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    };
  }

  @Test
  void usersTakeTurns() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (FairExecutor executor = new FairExecutor(1, "fair")) {
      executor.of(1).execute(block(begun, end));
      begun.await();
      for (int i = 0; i < 3; i++) {
        executor.of(1).execute(task("a" + i));
      }
      executor.of(2).execute(task("b0"));
      executor.of(2).execute(task("b1"));
      executor.of(3).execute(task("c0"));
      end.countDown();
      Await.until("all tasks", () -> ran.size() == 6);
    }
    assertEquals(List.of("b0", "c0", "a0", "b1", "a1", "a2"), ran);
  }

  @Test
  void aUserHasOneThreadAtATime() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch one = new CountDownLatch(1);
    AtomicInteger second = new AtomicInteger();
    try (FairExecutor executor = new FairExecutor(2, "fair")) {
      executor.of(1).execute(block(one, end));
      executor.of(1).execute(second::incrementAndGet);
      one.await();
      executor.of(2).execute(task("b"));
      Await.until("the other user", () -> ran.size() == 1);
      assertEquals(0, second.get());
      end.countDown();
      Await.until("the second task", () -> second.get() == 1);
    }
  }

  @Test
  void tooManyTasksAreRefused() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (FairExecutor executor = new FairExecutor(1, "fair")) {
      Executor greedy = executor.of(1);
      greedy.execute(block(begun, end));
      begun.await();
      for (int i = 0; i < FairExecutor.MAX_OF_USER; i++) {
        greedy.execute(task("a"));
      }
      FsException refused = assertThrows(FsException.class, () -> greedy.execute(task("a")));
      assertEquals(Errno.EAGAIN, refused.errno());
      int users = FairExecutor.MAX_OF_ALL - FairExecutor.MAX_OF_USER;
      for (int i = 0; i < users; i++) {
        executor.of(2 + i).execute(task("b"));
      }
      assertThrows(FsException.class, () -> executor.of(-1).execute(task("c")));
      end.countDown();
      Await.until("all tasks", () -> ran.size() == FairExecutor.MAX_OF_ALL);
    }
  }

  /** A task that fails ends neither its user's turns nor the thread for others. */
  @Test
  void aTaskThatFailsIsNotTheLast() throws Exception {
    CountDownLatch after = new CountDownLatch(1);
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    CountDownLatch reported = new CountDownLatch(1);
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> reported.countDown());
    try (FairExecutor executor = new FairExecutor(1, "fair")) {
      executor
          .of(1)
          .execute(
              () -> {
                throw new IllegalStateException("planned");
              });
      executor.of(1).execute(after::countDown);
      assertTrue(after.await(30, TimeUnit.SECONDS));
      assertTrue(reported.await(30, TimeUnit.SECONDS));
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }
}
