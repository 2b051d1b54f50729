package kifs.kernel.recording;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Record;
import kifs.kernel.record.SnapshotRecord;
import org.jspecify.annotations.Nullable;

/**
 * A file with bulks whose moments can be chosen in any order: a recording, or bulks one after
 * another. Opening reads only headers, so it takes a moment even for a day. The file may still be
 * written: {@link #refresh} finds what was added.
 *
 * <pre>{@code
 * try (Recording recording = Recording.open(file)) {
 *   int last = recording.moments().size() - 1;
 *   BulkReader bulk = recording.bulk(last);
 * }
 * }</pre>
 *
 * <p>Thread-safe by its monitor. The moments that were found stay the same.
 */
public final class Recording implements AutoCloseable {
  /** What a search for the next block reads at once, bytes. */
  private static final int SEARCH_BYTES = 1 << 16;

  private final FileChannel file;
  private final List<Moment> moments = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private final Decoder decoder = new Decoder();

  /** The end of what was found. */
  private long end;

  private @Nullable BulkFormatException problem;
  private @Nullable Gap gap;

  /** The moment after which the decoder can continue; -1: none. */
  private int decoded = -1;

  private @Nullable BulkReader cached;

  /**
   * A moment at which a bulk was taken. Immutable.
   *
   * @param realtimeNs when it was taken, ns since 1970
   * @param gap the time before it in which bulks are missing; empty: none are
   */
  public record Moment(long realtimeNs, Optional<Gap> gap) {}

  /**
   * A time in which no bulk was taken. Immutable.
   *
   * @param cause empty if this version doesn't know the cause
   * @param realtimeNs when it began, ns since 1970
   */
  public record Gap(Optional<GapCause> cause, long realtimeNs, long lengthNs) {}

  /**
   * Where a bulk is in the file.
   *
   * @param block null: a bulk that is in no block
   * @param size the bytes in the file, without padding
   * @param isAfterDamage whether the block before it can't be read
   */
  private record Place(long start, @Nullable Block block, long size, boolean isAfterDamage) {
    long end() {
      return block == null ? start + size : start + Block.BYTES + size + Block.padding(size);
    }

    boolean isWhole() {
      return block == null || block.kind() == Block.Kind.WHOLE;
    }
  }

  private Recording(FileChannel file) {
    this.file = file;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if the file can't be read
   */
  public static Recording open(Path path) throws IOException {
    Recording recording = new Recording(FileChannel.open(path, StandardOpenOption.READ));
    try {
      recording.refresh();
      return recording;
    } catch (IOException | RuntimeException e) {
      recording.close();
      throw e;
    }
  }

  /**
   * Finds the moments that were added to the file since.
   *
   * @return whether there are any
   */
  public synchronized boolean refresh() throws IOException {
    int before = moments.size();
    problem = null;
    boolean isDamaged = false;
    for (long size = file.size(); end < size; ) {
      try {
        end = index(end, size, isDamaged);
        isDamaged = false;
      } catch (BulkFormatException e) {
        problem = problem == null ? e : problem;
        long next = nextBlock(end + 8, size);
        if (next < 0) {
          break;
        }
        isDamaged = true;
        end = next;
      }
    }
    return moments.size() > before;
  }

  /** The moments that were found, in the order of the file. */
  public synchronized List<Moment> moments() {
    return List.copyOf(moments);
  }

  /** The last moment at or before a time, as its index; -1: there is none. */
  public synchronized int find(long realtimeNs) {
    int index = moments.size() - 1;
    // The clock of the host may have been set back, so the times need not ascend.
    while (index >= 0 && moments.get(index).realtimeNs() > realtimeNs) {
      index--;
    }
    return index;
  }

  /**
   * What is wrong with the headers of the file, with the place; empty: nothing. A file that is
   * being written may end within a block for a moment.
   */
  public synchronized Optional<BulkFormatException> problem() {
    return Optional.ofNullable(problem);
  }

  /**
   * The bulk of a moment. It stays valid. Moments one after another are read fastest.
   *
   * @param index an index of {@link #moments}
   * @throws BulkFormatException if the bulk can't be read, with the place in the file
   */
  public synchronized BulkReader bulk(int index) throws IOException, BulkFormatException {
    if (index == decoded && cached != null) {
      return cached;
    }
    int from = index;
    while (!places.get(from).isWhole() && from != decoded + 1 && from > 0) {
      from--;
    }
    if (from != decoded + 1) {
      decoder.continueAfter(null);
    }
    try {
      byte[] bytes = new byte[0];
      for (int i = from; i <= index; i++) {
        bytes = bytes(places.get(i));
        decoded = i;
      }
      cached = checked(places.get(index), bytes);
      return cached;
    } catch (BulkFormatException e) {
      decoder.continueAfter(null);
      decoded = -1;
      cached = null;
      throw e;
    }
  }

  /**
   * Writes a recording of every bulk that can be read, with the gaps between them.
   *
   * @return how many bulks were written
   */
  public synchronized int copyReadable(OutputStream out) throws IOException {
    int copied = 0;
    for (int i = 0; i < places.size(); i++) {
      try {
        bulk(i);
      } catch (BulkFormatException e) {
        // A difference can't be read either if a bulk that it needs is left out.
        continue;
      }
      Optional<Gap> before = moments.get(i).gap();
      if (before.isPresent()) {
        new RecordingWriter(out).append(before.get());
      }
      Place place = places.get(i);
      out.write(read(place.start, place.end() - place.start));
      copied++;
    }
    return copied;
  }

  private byte[] bytes(Place place) throws IOException, BulkFormatException {
    Block block = place.block;
    if (block == null) {
      byte[] bytes = read(place.start, place.size);
      decoder.continueAfter(bytes);
      return bytes;
    }
    if (place.isAfterDamage) {
      decoder.continueAfter(null);
    }
    try {
      return decoder.decode(block, read(place.start + Block.BYTES, block.storedBytes()));
    } catch (BulkFormatException e) {
      throw e.inFile(place.start);
    }
  }

  private static BulkReader checked(Place place, byte[] bytes) throws BulkFormatException {
    try {
      return RecordingReader.bulk(bytes, place.block != null);
    } catch (BulkFormatException e) {
      throw e.inFile(place.start);
    }
  }

  /**
   * Adds the block or the bulk at a place.
   *
   * @return where the next one begins
   */
  private long index(long start, long size, boolean isDamaged)
      throws IOException, BulkFormatException {
    byte[] first = read(start, Math.min(SnapshotRecord.TYPE.size(), size - start));
    try {
      return Block.isAt(first)
          ? indexBlock(start, size, Block.parse(first), isDamaged)
          : indexBulk(start, size, first);
    } catch (BulkFormatException e) {
      throw e.inFile(start);
    }
  }

  private long indexBlock(long start, long size, Block block, boolean isDamaged)
      throws BulkFormatException {
    long next = start + Block.BYTES + block.storedBytes() + Block.padding(block.storedBytes());
    if (next > size) {
      throw new BulkFormatException(size - start, "ends within a block");
    }
    if (block.kind() == Block.Kind.GAP) {
      gap = new Gap(GapCause.of(block.gap()), block.realtimeNs(), block.value());
      return next;
    }
    add(new Place(start, block, block.storedBytes(), isDamaged), block.realtimeNs());
    return next;
  }

  private long indexBulk(long start, long size, byte[] first) throws BulkFormatException {
    long rest = RecordingReader.rest(first);
    if (rest == 0 || start + first.length + rest > size) {
      throw new BulkFormatException(
          rest == 0 ? 0 : size - start, rest == 0 ? "no bulk and no block" : "ends within a bulk");
    }
    Record snapshot =
        new Record(SnapshotRecord.TYPE)
            .wrap(ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN), 0);
    add(new Place(start, null, first.length + rest, false), snapshot.get(SnapshotRecord.REALTIME));
    return start + first.length + rest;
  }

  private void add(Place place, long realtimeNs) {
    moments.add(new Moment(realtimeNs, Optional.ofNullable(gap)));
    places.add(place);
    gap = null;
  }

  /** Where the next block with a right header begins, at a multiple of 8 bytes; -1: nowhere. */
  private long nextBlock(long from, long size) throws IOException {
    long start = from + (-from & 7);
    while (start + Block.BYTES <= size) {
      byte[] part = read(start, Math.min(SEARCH_BYTES, size - start));
      int at = 0;
      for (; at + Block.BYTES <= part.length; at += 8) {
        if (Block.isRightAt(part, at)) {
          return start + at;
        }
      }
      start += at;
    }
    return -1;
  }

  /** Reads that many bytes, of which the caller knows that the file has had them. */
  private byte[] read(long start, long count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) count);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, start + bytes.position()) < 0) {
        throw new IOException("the file has become shorter");
      }
    }
    return bytes.array();
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }
}
