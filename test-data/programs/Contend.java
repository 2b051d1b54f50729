import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Java threads that contend for locks without a deadlock. The program prints "ready" first. */
public class Contend {
  private static final Object OUTER = new Object();
  private static final Object INNER = new Object();
  private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock();
  private static final BlockingQueue<byte[]> QUEUE = new ArrayBlockingQueue<>(8);

  private interface Task {
    void run() throws InterruptedException;
  }

  private static void forever(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  task.run();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static void nested() throws InterruptedException {
    synchronized (OUTER) {
      synchronized (INNER) {
        INNER.notifyAll();
        INNER.wait(1);
      }
    }
  }

  private static void readAndWrite() {
    LOCK.readLock().lock();
    LOCK.readLock().unlock();
    LOCK.writeLock().lock();
    LOCK.writeLock().unlock();
  }

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 4; i++) {
      forever(Contend::nested);
      forever(Contend::readAndWrite);
      forever(() -> QUEUE.put(new byte[10_000]));
      forever(QUEUE::take);
    }
    System.out.println("ready");
    System.in.read();
  }
}
