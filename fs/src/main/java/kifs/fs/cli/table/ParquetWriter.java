package kifs.fs.cli.table;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file of one table, with the host and the time of each row, so that the files of many
 * hosts are one table. It uses the parts of parquet-java that need no Hadoop: what is above them
 * asks for its configuration. Not thread-safe.
 */
final class ParquetWriter extends TableWriter {
  /** Values are kept in memory until they take as much. */
  private static final long GROUP_BYTES = 64L << 20;

  /** Statistics have no more bytes of a text. */
  private static final int STATISTICS_BYTES = 64;

  private final OutputStream out;
  private final ParquetProperties properties = ParquetProperties.builder().build();
  private @Nullable Sink sink;

  ParquetWriter(OutputStream out, boolean isHuman) {
    super(out, false, isHuman);
    this.out = out;
  }

  @Override
  void write(String time, List<Table> tables) {
    for (Table table : tables) {
      try {
        Sink into = sink == null ? new Sink(table) : sink;
        sink = into;
        into.write(table);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void finish() throws IOException {
    if (sink != null) {
      sink.finish();
    }
  }

  /** The file once its columns are known. */
  private final class Sink {
    private final List<ParquetColumn> columns = new ArrayList<>();
    private final MessageType schema;
    private final ParquetFileWriter file;
    private ColumnChunkPageWriteStore pages;
    private ColumnWriteStore values;
    private RecordConsumer rows;
    private long count;

    Sink(Table table) throws IOException {
      columns.add(ParquetColumn.host());
      columns.add(ParquetColumn.time());
      table.columns.forEach(column -> columns.add(ParquetColumn.of(column, isHuman)));
      schema =
          new MessageType(
              table.type.name().toLowerCase(Locale.ROOT),
              columns.stream().map(ParquetColumn::type).toList());
      file =
          new ParquetFileWriter(
              new Output(out),
              schema,
              ParquetFileWriter.Mode.CREATE,
              GROUP_BYTES,
              0,
              STATISTICS_BYTES,
              Integer.MAX_VALUE,
              false);
      file.start();
      pages = pages();
      values = properties.newColumnWriteStore(schema, pages);
      rows = rows();
    }

    private ColumnChunkPageWriteStore pages() {
      return new ColumnChunkPageWriteStore(
          new Gzip(), schema, new HeapByteBufferAllocator(), STATISTICS_BYTES, false);
    }

    private RecordConsumer rows() {
      return new ColumnIOFactory(false).getColumnIO(schema).getRecordWriter(values);
    }

    void write(Table table) throws IOException {
      table.forEach(
          row -> {
            rows.startMessage();
            for (int i = 0; i < columns.size(); i++) {
              columns.get(i).add(i, table.bulk, row, rows);
            }
            rows.endMessage();
            count++;
          });
      if (values.getBufferedSize() > GROUP_BYTES) {
        endGroup();
        pages = pages();
        values = properties.newColumnWriteStore(schema, pages);
        rows = rows();
      }
    }

    private void endGroup() throws IOException {
      rows.flush();
      if (count > 0) {
        file.startBlock(count);
        values.flush();
        pages.flushToFileWriter(file);
        file.endBlock();
      }
      values.close();
      count = 0;
    }

    void finish() throws IOException {
      endGroup();
      file.end(Map.of());
    }
  }

  /** Compresses pages by the JDK, so that no native code is needed. */
  private static final class Gzip implements BytesInputCompressor {
    @Override
    public BytesInput compress(BytesInput bytes) throws IOException {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
        bytes.writeAllTo(gzip);
      }
      return BytesInput.from(compressed);
    }

    @Override
    public CompressionCodecName getCodecName() {
      return CompressionCodecName.GZIP;
    }

    @Override
    public void release() {}
  }

  /** The output of the command, whose position is what was written to it. */
  private record Output(OutputStream out) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return new PositionOutputStream() {
        private long position;

        @Override
        public long getPos() {
          return position;
        }

        @Override
        public void write(int b) throws IOException {
          out.write(b);
          position++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          out.write(bytes, from, length);
          position += length;
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }
}
