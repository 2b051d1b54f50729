package kifs.fs.node.history;

import java.util.function.Function;
import kifs.fs.node.entity.Attribute;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.Values;
import kifs.kernel.record.Guard;
import kifs.notifier.history.History;

/** The attributes {@code unusual} and {@code unusual.io} of processes and threads. Thread-safe. */
public final class UnusualAttributes {
  /** The value where there is no history. */
  private static final String UNKNOWN = "-";

  private UnusualAttributes() {}

  /** The attribute about the metrics that everybody may know. */
  public static <E> Attribute<E> ofAll(Function<E, String> score) {
    return Attribute.text(
        "unusual",
        "how far it is from what is usual for it, in spreads; from 6 on it is unusual",
        Guard.OPEN,
        score);
  }

  /** The attribute about io. */
  public static <E> Attribute<E> ofIo(Function<E, String> score) {
    return Attribute.text("unusual.io", "the same of its io", Guard.PTRACE, score);
  }

  /**
   * The score of a process or thread.
   *
   * @param tid 0: a process
   * @param guarded whether it is of the guarded metrics, and not of the others
   */
  public static String score(Kernel kernel, int pid, int tid, boolean guarded) {
    History history = kernel.notifier().history();
    if (!history.isOn()) {
      return UNKNOWN;
    }
    return Values.percent(
        history.oddity(pid, tid, guarded).map(oddity -> oddity.score()).orElse(0.0));
  }
}
