package kifs.kernel.bpf.layout;

import java.util.ArrayList;
import java.util.List;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.RecordType;

/**
 * Describes a C struct of the shared memory. Each method that adds a member returns its offset, so
 * that a layout class needs one line for a member. A member that would not be naturally aligned is
 * refused, so the C compiler adds no padding. Not thread-safe before the first call of {@link
 * #size}; immutable after it.
 */
public final class CStruct {
  private static final int WORD = 8;

  private final String name;
  private final String doc;
  private final List<Member> members = new ArrayList<>();
  private String group = "";
  private int next;
  private boolean complete;

  /**
   * One member.
   *
   * @param group a comment on this member and those that follow; empty: the member belongs to the
   *     group of the member before it
   * @param type the C type of an element
   * @param dimensions empty for a scalar, else the C dimensions of the array
   * @param offset bytes from the first byte of the struct
   * @param size bytes of the whole member
   */
  public record Member(
      String group,
      String type,
      String name,
      String dimensions,
      String doc,
      int offset,
      int size) {}

  CStruct(String name, String doc) {
    this.name = "kifs_" + name;
    this.doc = doc;
  }

  public String name() {
    return name;
  }

  public String doc() {
    return doc;
  }

  /** The members, in the order in which they lie in memory. */
  public List<Member> members() {
    return List.copyOf(members);
  }

  /** The size of the struct in bytes. After this call no member can be added. */
  public int size() {
    if (next % WORD != 0) {
      throw new IllegalStateException(name + " is not a multiple of 8 bytes: " + next);
    }
    complete = true;
    return next;
  }

  /** Begins a group of members under a comment of its own. */
  void group(String comment) {
    group = comment;
  }

  int u8(String member, String meaning) {
    return scalar(FieldType.U8, member, meaning);
  }

  int u16(String member, String meaning) {
    return scalar(FieldType.U16, member, meaning);
  }

  int u32(String member, String meaning) {
    return scalar(FieldType.U32, member, meaning);
  }

  int u64(String member, String meaning) {
    return scalar(FieldType.U64, member, meaning);
  }

  int s32(String member, String meaning) {
    return scalar(FieldType.S32, member, meaning);
  }

  int s64(String member, String meaning) {
    return scalar(FieldType.S64, member, meaning);
  }

  private int scalar(FieldType type, String member, String meaning) {
    return add(type.cName(), type.bytes(), type.bytes(), member, "", 1, meaning);
  }

  int array(FieldType type, String member, Capacity count, String meaning) {
    String dimensions = "[" + count.cName() + "]";
    return add(
        type.cName(), type.bytes(), type.bytes(), member, dimensions, count.count(), meaning);
  }

  int array(FieldType type, String member, int count, String meaning) {
    String dimensions = "[" + count + "]";
    return add(type.cName(), type.bytes(), type.bytes(), member, dimensions, count, meaning);
  }

  /** The 16 bytes of a thread's name, padded with NULs, as two numbers that compare fast. */
  int comm(String member, String meaning) {
    return array(FieldType.U64, member, Capacity.COMM_BYTES.count() / WORD, meaning);
  }

  int comms(String member, Capacity count, String meaning) {
    int words = Capacity.COMM_BYTES.count() / WORD;
    String dimensions = "[" + count.cName() + "][" + words + "]";
    String type = FieldType.U64.cName();
    return add(type, WORD, WORD, member, dimensions, count.count() * words, meaning);
  }

  /** Adds unused members, which are always zero. */
  void reserve(FieldType type, int count) {
    if (count == 1) {
      scalar(type, "reserved", "");
    } else {
      array(type, "reserved", count, "");
    }
  }

  int struct(String member, CStruct type, String meaning) {
    return add("struct " + type.name, type.size(), WORD, member, "", 1, meaning);
  }

  int structs(String member, CStruct type, Capacity count, String meaning) {
    String dimensions = "[" + count.cName() + "]";
    return add(
        "struct " + type.name, type.size(), WORD, member, dimensions, count.count(), meaning);
  }

  int records(String member, RecordType type, Capacity count, String meaning) {
    String c = "struct kifs_" + member;
    return add(c, type.size(), WORD, member, "[" + count.cName() + "]", count.count(), meaning);
  }

  private int add(
      String type,
      int bytes,
      int alignment,
      String member,
      String dimensions,
      int count,
      String meaning) {
    if (complete || next % alignment != 0) {
      throw new IllegalStateException(name + "." + member + " can't lie at " + next);
    }
    int offset = next;
    int size = Math.multiplyExact(bytes, count);
    members.add(new Member(group, type, member, dimensions, meaning, offset, size));
    group = "";
    next = Math.addExact(offset, size);
    return offset;
  }
}
