package kifs.fs.root.processes;

import static kifs.fs.node.entity.Attribute.of;
import static kifs.fs.node.entity.Attribute.sum;
import static kifs.fs.node.entity.Attribute.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import kifs.fs.node.entity.Attribute;
import kifs.fs.node.entity.CpuPercent;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.Values;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.TotalRecord;

/** The attributes of {@code sum/}: those of processes, or of threads, that can be summed. */
public final class TotalAttributes {
  /** The attributes of {@code processes/sum/}. */
  public static final List<Attribute<Kernel>> PROCESSES =
      withSums(
          sum -> true,
          List.of(
              of("processes", TotalRecord.ENTITIES),
              text(
                  "cpu",
                  "sum of cpu, percent",
                  ProcessRecord.RUNTIME.guard(),
                  TotalAttributes::cpu),
              sum(
                  "shared",
                  "sum of shared; memory that several processes share is counted for each of them",
                  TotalRecord.of(ProcessRecord.RSS_FILE),
                  TotalRecord.of(ProcessRecord.RSS_SHMEM)),
              switches()));

  /** The attributes of {@code processes/<pid>/threads/sum/}. */
  public static final List<Attribute<Kernel>> THREADS =
      withSums(
          sum -> sum.ofThread() != null, List.of(of("threads", TotalRecord.ENTITIES), switches()));

  private TotalAttributes() {}

  private static Attribute<Kernel> switches() {
    return sum(
        "switches",
        "sum of switches",
        TotalRecord.of(ProcessRecord.VOLUNTARY_SWITCHES),
        TotalRecord.of(ProcessRecord.INVOLUNTARY_SWITCHES));
  }

  /** Adds an attribute for each sum, with the name of the process attribute of the same field. */
  private static List<Attribute<Kernel>> withSums(
      Predicate<TotalRecord.Sum> which, List<Attribute<Kernel>> others) {
    List<Attribute<Kernel>> all = new ArrayList<>(others);
    for (TotalRecord.Sum sum : TotalRecord.SUMS) {
      if (which.test(sum)) {
        ProcessAttributes.ALL.stream()
            .filter(attribute -> attribute.fields() == sum.ofProcess().bit())
            .forEach(attribute -> all.add(summed(attribute.name(), sum)));
      }
    }
    return List.copyOf(all);
  }

  private static Attribute<Kernel> summed(String name, TotalRecord.Sum sum) {
    Attribute<Kernel> plain = of(name, sum.total());
    // The sum of SHM needs the mappings of every process, which takes longer than all other sums,
    // so it isn't in stat.
    return sum.ofProcess() == ProcessRecord.SHM
        ? new Attribute<>(
            name, plain.doc(), plain.fields(), plain.guard(), Attribute.Cost.WIDE, plain.value())
        : plain;
  }

  private static String cpu(Kernel kernel) {
    double[] percent = new double[1];
    try (var processes =
        kernel.snapshots().collect(ProcessRecord.PID, ProcessRecord.RUNTIME, ProcessRecord.START)) {
      processes.forEach(
          ProcessRecord.TYPE, process -> percent[0] += CpuPercent.percent(kernel, process));
    }
    return Values.percent(percent[0]);
  }
}
