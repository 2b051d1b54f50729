package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Command lines that are longer than a bulk of the whole host contains, and longer than any bulk.
 */
class LongCommandLineTest {
  private static final Query COMMANDS = Query.of(CommandRecord.TYPE);

  /** The kernel allows arguments of a quarter of the stack's limit, up to 6 MiB. */
  private static final String PYTHON =
      """
      import os, resource, sys
      if len(sys.argv) < 4:
          hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
          stack = min(64 << 20, hard) if hard > 0 else 64 << 20
          resource.setrlimit(resource.RLIMIT_STACK, (stack, hard))
          arguments = ["y" * 99999] * int(sys.argv[2])
          os.execv(sys.executable, [sys.executable, "-c", sys.argv[1], "x"] + arguments)
      print("ready", flush=True)
      sys.stdin.read()
      """;

  @ParameterizedTest
  @CsvSource({
    "PROCFS, 2", "SWEEP, 2", "WALK, 2",
    "PROCFS, 15", "SWEEP, 15", "WALK, 15",
    "PROCFS, 30", "SWEEP, 30", "WALK, 30"
  })
  void aCutTextIsFlaggedAndItsWholeLengthIsTold(AnySource which, int arguments) throws Exception {
    try (KernelSource source = which.open();
        Program program =
            Program.ready(List.of("python3", "-c", PYTHON, PYTHON, Integer.toString(arguments)));
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      byte[] line = Files.readAllBytes(Path.of("/proc/" + program.pid() + "/cmdline"));
      assertTrue(line.length > arguments * 100_000, line.length + " bytes");
      byte[] most = Arrays.copyOf(line, Math.min(line.length, BulkBuilder.MAX_LONG_TEXT_BYTES));
      assertArrayEquals(most, process.commandLine().orElseThrow());
      for (int pass = 0; pass < 2; pass++) {
        try (Bulk own = Bulks.collect(source, process, COMMANDS)) {
          check(own, program.pid(), line, most.length);
        }
        try (Bulk whole = Bulks.collect(source, COMMANDS)) {
          check(whole, program.pid(), line, BulkBuilder.MAX_TEXT_BYTES);
        }
      }
    }
  }

  /** The texts of a batch of processes may need more room than there is. */
  @ParameterizedTest
  @CsvSource({"PROCFS", "SWEEP", "WALK"})
  void manyLongTextsAreWhole(AnySource which) throws Exception {
    List<Program> programs = new ArrayList<>();
    try (KernelSource source = which.open()) {
      for (int i = 0; i < 12; i++) {
        String text = Character.toString('a' + i).repeat(BulkBuilder.MAX_TEXT_BYTES - 1000);
        programs.add(Program.ready(List.of("python3", "-c", WAIT, text)));
      }
      for (int pass = 0; pass < 2; pass++) {
        try (Bulk whole = Bulks.collect(source, COMMANDS)) {
          for (Program program : programs) {
            byte[] line = Files.readAllBytes(Path.of("/proc/" + program.pid() + "/cmdline"));
            check(whole, program.pid(), line, line.length);
          }
        }
      }
    } finally {
      programs.forEach(Program::close);
    }
  }

  private static final String WAIT = "import sys; print('ready', flush=True); sys.stdin.read()";

  private static void check(Bulk bulk, int pid, byte[] line, int length) throws Exception {
    Record command =
        Bulks.records(bulk, CommandRecord.TYPE).stream()
            .filter(one -> one.get(CommandRecord.PID) == pid)
            .findFirst()
            .orElseThrow();
    assertEquals(length, command.get(CommandRecord.COMMAND_LINE_LENGTH));
    assertEquals(line.length, command.get(CommandRecord.COMMAND_LINE_TOTAL));
    assertEquals(length < line.length ? Record.CUT : 0, command.flags());
    assertArrayEquals(
        Arrays.copyOf(line, length),
        bulk.text(command.get(CommandRecord.COMMAND_LINE_OFFSET), length));
    // A reader accepts the bulk, whose longest text lies in several chunks of memory.
    assertEquals(bulk.size(), new BulkReader(ByteBuffer.wrap(Bulks.bytes(bulk))).size());
  }
}
