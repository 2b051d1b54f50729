package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.util.List;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.TextRecord;

/** The records of a bulk, for code that does not depend on where their bytes are. */
public interface BulkContent {
  /** The SNAPSHOT record. */
  Record snapshot();

  /** The types of fixed size that the directory lists and this version knows, in tag order. */
  List<RecordType> types();

  /** Number of records of that type; 0 if the directory doesn't list the type. */
  long count(RecordType type);

  /** Begins to visit the records of a type. The flyweights may be used while the bulk is. */
  RecordCursor cursor(RecordType type);

  /**
   * The offset up to which this bulk has the same texts in the same places as another one; 0: the
   * texts of the two begin in different places.
   */
  default long equalTexts(BulkContent other) {
    long start = textStart();
    return start == other.textStart()
        ? start + cursor(TextRecord.TYPE).equalBytes(other.cursor(TextRecord.TYPE))
        : 0;
  }

  /** The offset of the first TEXT record; 0 if there is none. */
  long textStart();

  /**
   * Copies the first bytes of a text, as many as fit.
   *
   * @param offset offset of the text's first byte in the bulk
   * @return the number of copied bytes; 0 if the text is outside of the bulk
   */
  int read(long offset, ByteBuffer to);

  /**
   * Appends a copy of a text to another bulk.
   *
   * @param offset offset of the text's first byte in this bulk
   * @return its offset in the other one
   */
  long copyText(long offset, int length, BulkBuilder into);
}
