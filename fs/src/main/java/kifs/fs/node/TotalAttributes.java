package kifs.fs.node;

import static kifs.fs.node.Attribute.of;
import static kifs.fs.node.Attribute.sum;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.TotalRecord;

/** The attributes of {@code sum/}: those of processes, or of threads, that can be summed. */
final class TotalAttributes {
  /** Of all processes. */
  static final List<Attribute<Kernel>> PROCESSES =
      Stream.concat(
              Stream.of(
                  of("processes", TotalRecord.ENTITIES),
                  Attribute.<Kernel>text("cpu", "sum of cpu, percent", TotalAttributes::cpu),
                  sum(
                      "shared",
                      "sum of shared; what processes share is counted for each",
                      total(ProcessRecord.RSS_FILE),
                      total(ProcessRecord.RSS_SHMEM)),
                  sum(
                      "switches",
                      "sum of switches",
                      total(ProcessRecord.VOLUNTARY_SWITCHES),
                      total(ProcessRecord.INVOLUNTARY_SWITCHES))),
              summed(sum -> true))
          .toList();

  /** Of all threads of a process. */
  static final List<Attribute<Kernel>> THREADS =
      Stream.concat(
              Stream.of(
                  of("threads", TotalRecord.ENTITIES),
                  sum(
                      "switches",
                      "sum of switches",
                      total(ProcessRecord.VOLUNTARY_SWITCHES),
                      total(ProcessRecord.INVOLUNTARY_SWITCHES))),
              summed(sum -> sum.ofThread() != null))
          .toList();

  private TotalAttributes() {}

  private static Field total(Field ofProcess) {
    return TotalRecord.of(ofProcess);
  }

  /** The sum of a field has the name that the field has where it's not summed. */
  private static Stream<Attribute<Kernel>> summed(
      Predicate<TotalRecord.Sum> which) {
    return TotalRecord.SUMS.stream()
        .filter(which)
        .flatMap(
            sum ->
                ProcessAttributes.ALL.stream()
                    .filter(attribute -> attribute.fields() == sum.ofProcess().bit())
                    .map(attribute -> of(attribute.name(), sum.total())));
  }

  private static String cpu(Kernel kernel) {
    double[] percent = new double[1];
    try (var processes =
        kernel
            .snapshots()
            .scan(ProcessRecord.PID, ProcessRecord.RUNTIME, ProcessRecord.START)) {
      processes.forEach(
          ProcessRecord.TYPE,
          p -> percent[0] += Cpu.ofProcess(p, (int) p.get(ProcessRecord.PID), kernel));
    }
    return Text.percent(percent[0]);
  }
}
