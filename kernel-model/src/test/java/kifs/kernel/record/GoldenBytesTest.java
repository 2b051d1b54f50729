package kifs.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Origin;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.figures.SimulatedWait;
import kifs.kernel.source.Cancellation;
import kifs.testing.Bulks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Compares with the bytes that clients were compiled for. If one of these tests fails, the format
 * has changed, which is allowed only at the end of a record. {@link Golden} says how to renew the
 * files.
 */
class GoldenBytesTest {
  static final Iterable<RecordType> ALL = Records.ALL;

  @ParameterizedTest
  @FieldSource("ALL")
  void everyFieldKeepsItsOffset(RecordType type) throws IOException {
    Record record = Record.allocate(type);
    for (Field field : type.fields()) {
      fill(record, field);
    }
    for (Field field : type.fields()) {
      check(record, field);
    }
    byte[] bytes = new byte[type.size()];
    record.buffer().get(0, bytes);
    Golden.check(type.name().toLowerCase(Locale.ROOT), bytes);
  }

  /** A value in which every byte differs from its neighbours. */
  private static long pattern(Field field) {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value |= (field.number() * 8L + i & 0x7F) << 8 * i;
    }
    int bits = 8 * field.type().bytes();
    return bits == 64 ? value : value & (1L << bits) - 1;
  }

  private static byte[] text(Field field) {
    return (field.number() + "-" + field.name()).getBytes(StandardCharsets.US_ASCII);
  }

  private static void fill(Record record, Field field) {
    if (field.name().equals("absent")) {
      return;
    }
    if (field.count() > 1) {
      record.setBytes(field, text(field), 0, text(field).length);
    } else if (field.type() == FieldType.F64) {
      record.setDouble(field, field.number() + 0.25);
    } else {
      record.set(field, pattern(field));
    }
  }

  private static void check(Record record, Field field) {
    if (field.name().equals("absent")) {
      assertEquals(0, record.absent());
    } else if (field.count() > 1) {
      String full = new String(text(field), StandardCharsets.US_ASCII);
      String kept = full.substring(0, Math.min(full.length(), field.count()));
      assertEquals(kept, record.text(field));
    } else if (field.type() == FieldType.F64) {
      assertEquals(field.number() + 0.25, record.getDouble(field));
    } else {
      assertEquals(pattern(field), record.get(field), field.name());
    }
  }

  @Test
  void aSmallBulk() throws IOException {
    Golden.check("bulk", smallBulk());
  }

  /** A bulk of two processes with their command lines; one has a blocked thread. */
  static byte[] smallBulk() {
    VirtualClock clock = new VirtualClock();
    SimulatedKernel kernel = new SimulatedKernel(clock);
    SimulatedProcess java =
        kernel
            .spawn(100, "java")
            .uid(1000)
            .gid(100)
            .rss(200L << 20)
            .fds(20)
            .cpu(30, 5)
            .io(4096, 512)
            .commandLine("java -jar shop.jar")
            .executable("/usr/bin/java");
    java.spawnThread(101, "worker").blockedOn(SimulatedWait.MUTEX, 0x7f00_0000_1000L, 100);
    kernel.spawn(200, "kworker/0:1");
    clock.advance(1_500_000_000);
    List<RecordType> types =
        List.of(TextRecord.TYPE, ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE);
    try (BulkBuilder builder = new BulkBuilder(new ChunkPool(1 << 20, 0), types)) {
      kernel.collect(Query.of(types).withDetail(Detail.FULL), builder, Cancellation.NEVER);
      try (Bulk bulk =
          builder.finish(
              new Origin(4, 17, clock.realtimeNs(), clock.boottimeNs(), kernel.host()), 1234)) {
        return Bulks.bytes(bulk);
      }
    }
  }
}
