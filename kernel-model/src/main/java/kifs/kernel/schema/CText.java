package kifs.kernel.schema;

/**
 * Writes C in the format of {@code .clang-format}: a comment follows its line if both fit into 100
 * columns; otherwise it precedes the line. Stateless.
 */
public final class CText {
  private static final int COLUMNS = 100;

  private CText() {}

  /**
   * Appends a line of C with its comment.
   *
   * @param comment empty: none
   */
  public static void line(StringBuilder out, String indent, String code, String comment) {
    String beside = indent + code + " /* " + comment + " */";
    if (comment.isEmpty()) {
      out.append(indent).append(code).append('\n');
    } else if (beside.length() <= COLUMNS) {
      out.append(beside).append('\n');
    } else {
      comment(out, indent, comment);
      out.append(indent).append(code).append('\n');
    }
  }

  /** Appends a comment on lines of its own. */
  public static void comment(StringBuilder out, String indent, String comment) {
    if (indent.length() + comment.length() + "/*  */".length() <= COLUMNS) {
      out.append(indent).append("/* ").append(comment).append(" */\n");
      return;
    }
    StringBuilder line = new StringBuilder(indent).append("/*");
    for (String word : comment.split(" ")) {
      if (line.length() + 1 + word.length() > COLUMNS) {
        out.append(line).append('\n');
        line = new StringBuilder(indent).append(" *");
      }
      line.append(' ').append(word);
    }
    out.append(line).append('\n').append(indent).append(" */\n");
  }
}
