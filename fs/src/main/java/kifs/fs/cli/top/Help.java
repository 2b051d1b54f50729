package kifs.fs.cli.top;

import java.util.List;

/** The screen of help. Stateless. */
final class Help {
  private static final List<String> LINES =
      List.of(
          "kifs top shows processes, threads, and what waits for what. Keys are those of htop.",
          "",
          "F1 h ?      this help                    Up Down k j  select a row",
          "F3 /        search; n: the next one      PgUp PgDn Home End",
          "F4 \\        filter: a text, or a         Left Right   scroll the columns",
          "            comparison: rss>500M         Space        tag a row; U: no tags",
          "F5 t        tree                         F            follow the selected row",
          "F6 > .      sort by any figure           Z            pause",
          "P M T N     sort by CPU, memory, time,   d            details of the selected row",
          "            id                           Ctrl-L       draw all again",
          "I           invert the order             F10 q Ctrl-C quit",
          "H           threads, or processes",
          "w           waits and deadlocks          [ ]          in a file: the moment before,",
          "u           rows of one user                          the next one; { }: ten",
          "",
          "CPU% is of one CPU, between two refreshes; of a row that is new, since its start.",
          "In front of a row: + tagged, ! unusual, D deadlocked. Nothing here changes a process:",
          "use kill, renice, or the files in limits/ of the mount.",
          "",
          "Any key goes back.");

  private Help() {}

  static void lay(Grid grid) {
    for (int i = 0; i < LINES.size(); i++) {
      grid.put(i, 0, grid.columns(), LINES.get(i), i == 0 ? Style.BOLD : Style.PLAIN);
    }
  }
}
