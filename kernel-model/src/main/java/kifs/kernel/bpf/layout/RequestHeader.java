package kifs.kernel.bpf.layout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import kifs.kernel.query.Bound;
import kifs.kernel.schema.CText;

/** Writes {@code request.h}, the C description of the memory that the programs share. Stateless. */
public final class RequestHeader {
  private static final String PROLOGUE =
      """
      /* SPDX-License-Identifier: MIT OR GPL-2.0-only */
      /* The memory that kifs and its BPF programs share. Made from the classes of the package
       * kifs.kernel.bpf.layout; don't edit. A test compares.
       */
      #ifndef KIFS_REQUEST_H
      #define KIFS_REQUEST_H

      #include "kifs.h"

      """;

  /** The structs. Each comes after those that it contains. */
  private static final List<CStruct> STRUCTS =
      Stream.of(
              List.of(
                  WorkItemLayout.STRUCT,
                  BoundLayout.STRUCT,
                  ChangeLayout.STRUCT,
                  RequestLayout.STRUCT,
                  CommandStateLayout.STRUCT,
                  SeenThreadLayout.STRUCT,
                  BlockedLayout.STRUCT),
              SlotLayout.PROGRAMS_OWN,
              List.of(
                  SlotLayout.STRUCT,
                  ListedLayout.STRUCT,
                  ListLayout.STRUCT,
                  HostLayout.STRUCT,
                  HeldLayout.PATH,
                  HeldLayout.TABLE,
                  MappingLayout.STRUCT,
                  HeldLayout.STRUCT,
                  LevelLayout.STRUCT,
                  LevelsLayout.STRUCT,
                  EventLayout.STRUCT))
          .flatMap(List::stream)
          .toList();

  private RequestHeader() {}

  /** All structs, in the order of the header. */
  public static List<CStruct> structs() {
    return STRUCTS;
  }

  /** The text of the header. */
  public static String text() {
    StringBuilder out = new StringBuilder(PROLOGUE);
    out.append("enum {\n");
    for (Capacity capacity : Capacity.values()) {
      CText.line(out, "  ", capacity.cName() + " = " + capacity.count() + ",", capacity.doc());
    }
    out.append("};\n\n/* Instead of a text's length. */\n");
    for (TextCode code : TextCode.values()) {
      String value = Integer.toUnsignedString(code.length());
      CText.line(out, "", "#define KIFS_" + code + " " + value + "u", code.doc());
    }
    out.append("\n/* What an item of the work list asks for. */\nenum {\n");
    for (WorkKind kind : WorkKind.values()) {
      CText.line(out, "  ", "KIFS_" + kind + " = " + kind.ordinal() + ",", kind.doc());
    }
    out.append("};\n\n/* What a bound compares with. */\nenum {\n");
    for (Bound.Relation relation : Bound.Relation.values()) {
      CText.line(out, "  ", "KIFS_" + relation + " = " + relation.ordinal() + ",", "");
    }
    out.append("};\n\n/* What an event reports. */\nenum {\n");
    for (EventKind kind : EventKind.values()) {
      CText.line(out, "  ", "KIFS_" + kind + " = " + kind.ordinal() + ",", kind.doc());
    }
    out.append("};\n");
    STRUCTS.forEach(struct -> append(out, struct));
    return out.append("\n#endif\n").toString();
  }

  private static void append(StringBuilder out, CStruct struct) {
    out.append('\n');
    CText.comment(out, "", struct.doc());
    out.append(String.format(Locale.ROOT, "struct %s {\n", struct.name()));
    for (CStruct.Member member : struct.members()) {
      if (!member.group().isEmpty()) {
        if (member.offset() > 0) {
          out.append('\n');
        }
        CText.comment(out, "  ", member.group());
      }
      String declaration = member.type() + " " + member.name() + member.dimensions() + ";";
      CText.line(out, "  ", declaration, member.doc());
    }
    out.append("};\n");
  }

  /** Writes the header into the file named by the only argument. */
  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[0]), text());
  }
}
