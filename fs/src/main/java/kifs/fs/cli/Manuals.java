package kifs.fs.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import kifs.fs.cli.command.Kifs;
import kifs.fs.daemon.Version;
import kifs.fs.root.Readme;
import kifs.kernel.record.Field;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The manual pages of the package, made from the tables that the program itself uses. Stateless.
 */
final class Manuals {
  private static final String CHANGES = "A reload changes it: systemctl reload kifs.";

  private Manuals() {}

  /** kifs(1): the command. */
  static String command(CommandLine daemon) {
    Roff page =
        new Roff("kifs", 1, Version.text(), "mounts a running kernel as files, and reads bulks");
    page.section("SYNOPSIS")
        .verbatim(
            """
            kifs mount [OPTION]... DIRECTORY
            kifs unmount DIRECTORY
            kifs status [DIRECTORY]
            kifs COMMAND [OPTION]... [ARGUMENT]...
            mount -t kifs kifs DIRECTORY [-o OPTION,...]
            systemctl start kifs\
            """)
        .section("DESCRIPTION")
        .paragraph(
            "kifs is a filesystem that shows a running Linux kernel: every process, every thread"
                + " and the host itself is a directory. kifs(5) describes the tree.")
        .paragraph(
            "kifs.service mounts it at /mnt/kernel, and kifs@DIR.service at another directory,"
                + " whose name systemd-escape(1) turns into DIR. Both read /etc/kifs/kifs.conf.")
        .section("KIFS MOUNT")
        .paragraph("Mounts at an empty directory, and returns when the tree answers.");
    options(page, daemon.getCommandSpec());
    page.entry("--foreground", "Don't detach; the log goes to standard error.")
        .paragraph(
            "In -o of mount(8) and in fstab(5) the options have the same names, without the"
                + " hyphens. The first field of a line in fstab should be kifs:")
        .verbatim("kifs /mnt/kernel kifs tick=1s,group=monitor,nofail 0 0")
        .paragraph(
            "Signals: SIGTERM and SIGINT unmount. SIGHUP opens the log again and reads the"
                + " configuration file again.");
    for (CommandLine each : Kifs.commandLine().getSubcommands().values()) {
      describe(page, each.getCommandSpec());
    }
    return page.seeAlso(List.of("kifs(5)", "kifs.conf(5)", "mount(8)", "proc(5)")).toString();
  }

  private static void describe(Roff page, CommandSpec command) {
    page.section("KIFS " + command.name().toUpperCase(Locale.ROOT));
    for (String line : command.usageMessage().header()) {
      page.paragraph(plain(line));
    }
    command
        .positionalParameters()
        .forEach(
            argument -> page.entry(argument.paramLabel(), plain(lines(argument.description()))));
    options(page, command);
    Map<String, String> statuses = command.usageMessage().exitCodeList();
    statuses.forEach((status, meaning) -> page.entry("exit status " + status, meaning));
  }

  private static void options(Roff page, CommandSpec command) {
    for (OptionSpec option : command.options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        String value = option.arity().max() > 0 ? "=" + option.paramLabel() : "";
        page.entry(String.join(", ", option.names()) + value, plain(lines(option.description())));
      }
    }
  }

  /** kifs.conf(5): the configuration file. */
  static String configuration(CommandLine daemon) {
    Roff page = new Roff("kifs.conf", 5, Version.text(), "the configuration file of kifs");
    page.section("DESCRIPTION")
        .paragraph(
            "kifs.service reads /etc/kifs/kifs.conf, and kifs mount --config=FILE any other file."
                + " Each line is: option = value. Empty lines, and lines that begin with #, are"
                + " skipped. Options of the command line come before those of the file. A line that"
                + " is wrong keeps the daemon from starting; the message has the number of the"
                + " line.")
        .section("OPTIONS");
    for (OptionSpec option : daemon.getCommandSpec().options()) {
      if (ConfigFile.mayContain(option)) {
        page.entry(
            ConfigFile.name(option) + " = " + ConfigFile.values(option),
            plain(lines(option.description())) + (isChangeable(option) ? "\n" + CHANGES : ""));
      }
    }
    return page.seeAlso(List.of("kifs(1)", "kifs(5)")).toString();
  }

  /** /etc/kifs/kifs.conf with each option as a comment. */
  static String template(CommandLine daemon) {
    StringBuilder file =
        new StringBuilder(
            """
            # The options of kifs.service, see kifs.conf(5). Each line is: option = value
            # systemctl restart kifs applies changes.
            """);
    for (OptionSpec option : daemon.getCommandSpec().options()) {
      if (ConfigFile.mayContain(option)) {
        file.append('\n');
        plain(lines(option.description()))
            .lines()
            .forEach(line -> file.append("# ").append(line).append('\n'));
        if (isChangeable(option)) {
          file.append("# ").append(CHANGES).append('\n');
        }
        file.append('#').append(ConfigFile.name(option)).append(" = ");
        file.append(ConfigFile.example(option)).append('\n');
      }
    }
    return file.toString();
  }

  private static boolean isChangeable(OptionSpec option) {
    return Reload.CHANGEABLE.contains(option.longestName());
  }

  /** kifs(5): the tree and the format of bulks. */
  static String tree() {
    Roff page =
        new Roff("kifs", 5, Version.text(), "the tree of kifs, and the format of its bulks");
    page.section("THE TREE")
        .paragraph("This is the file README at the root of a mount.")
        .verbatim(Readme.text())
        .section("THE RECORDS OF A BULK")
        .paragraph(
            "A bulk is a sequence of records. schema/kifs.h has their layout and functions that"
                + " read them. An absent field has its bit in the record's mask of absent fields.");
    for (RecordType type : Records.ALL) {
      page.subsection(type.name()).paragraph(type.doc());
      for (Field field : type.fields()) {
        String unit = field.unit().isEmpty() ? "" : " (" + field.unit() + ")";
        page.entry(field.name(), field.doc() + unit);
      }
    }
    return page.seeAlso(List.of("kifs(1)", "proc(5)")).toString();
  }

  private static String lines(String[] description) {
    return String.join("\n", description);
  }

  /** Without what picocli would replace: %n and %%. */
  private static String plain(String text) {
    return text.replace("%n", "\n").replace("%%", "%").strip();
  }
}
