package kifs.fs.cli.top;

/** How a cell looks: with colours, and without. */
enum Style {
  PLAIN("", ""),
  DIM("2", ""),
  BOLD("1", "1"),
  /** Titles of columns and the line of keys. */
  BAR("30;42", "7"),
  /** The title of the column by which rows are sorted. */
  SORTED("30;46", "7;1"),
  /** The selected row. */
  SELECTED("30;46", "7"),
  TAGGED("33;1", "1"),
  LABEL("36", ""),
  GOOD("32", ""),
  BUSY("33", "1"),
  /** What is unusual, or a deadlock, or an error. */
  ALARM("31;1", "1;4");

  private final String colored;
  private final String plain;

  Style(String colored, String plain) {
    this.colored = colored;
    this.plain = plain;
  }

  byte code() {
    return (byte) ordinal();
  }

  /** The parameters of ECMA-48's SGR that select the style after a reset. */
  static String parameters(byte code, boolean hasColors) {
    Style style = values()[code];
    String more = hasColors ? style.colored : style.plain;
    return more.isEmpty() ? "0" : "0;" + more;
  }
}
