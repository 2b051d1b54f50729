package kifs.fs.cli.command;

/** How numbers are printed. */
enum NumberStyle {
  /** With units for people: {@code 1.5M}, {@code 20ms}. */
  HUMAN,
  /** In the catalogue's own unit. */
  RAW
}
