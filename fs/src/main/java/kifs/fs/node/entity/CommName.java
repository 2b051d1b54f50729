package kifs.fs.node.entity;

import java.util.Optional;
import java.util.function.Function;
import kifs.fs.node.text.Values;
import kifs.kernel.record.Field;

/** The attribute {@code comm} of processes and threads. Stateless. */
public final class CommName {
  /** How the names of workers begin, for which /proc has more than the record. */
  private static final String WORKER = "kworker/";

  private CommName() {}

  /**
   * Makes the attribute. Its value equals {@code /proc/[pid]/comm}.
   *
   * @param comm the field of the record
   * @param fullName reads the name from the source again, for a worker
   */
  public static <E> Attribute<E> attribute(Field comm, Function<E, Optional<byte[]>> fullName) {
    return new Attribute<>(
        "comm",
        "command name; of a worker of the kernel with what it works on",
        comm.bit(),
        (entity, record) -> {
          if (!record.has(comm)) {
            return null;
          }
          String name = Values.of(record.bytes(comm));
          boolean worker = name.startsWith(WORKER);
          return Values.escaped(
              worker ? fullName.apply(entity).map(Values::of).orElse(name) : name);
        });
  }
}
