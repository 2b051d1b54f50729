package kifs.fs.cli.command;

import static java.nio.file.StandardOpenOption.CREATE_NEW;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import kifs.fs.cli.table.TableWriter;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.recording.Recording;
import kifs.kernel.recording.RecordingReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code kifs check}: whether a file of bulks is right, and to which byte. */
final class CheckCommand implements KifsCommand {
  private static final String REPAIR = "--repair";

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        KifsCommand.command(
            "check",
            "Checks a file with bulks: is it right, and to which byte?",
            "all of it is right, or was made right by --repair",
            "it is wrong or cut off from some byte on",
            "wrong arguments, or the file can't be read or repaired");
    spec.usageMessage()
        .description("", "Reads all of a file, and checks every record of every bulk.", "");
    spec.addPositional(KifsCommand.argument("FILE", "1", "A file, a directory of a mount, or -."));
    spec.addOption(
        KifsCommand.flag(REPAIR, "Leaves out what is wrong, and keeps every bulk that can be read.")
            .build());
    return spec;
  }

  @Override
  public int failureStatus() {
    return Kifs.MISUSE;
  }

  @Override
  public int run(ParseResult arguments, Streams streams) throws IOException, CommandException {
    String name = arguments.matchedPositionalValue(0, Inputs.STDIN);
    boolean repairs = arguments.hasMatchedOption(REPAIR);
    if (repairs && name.equals(Inputs.STDIN)) {
      throw new CommandException(Kifs.MISUSE, "an input can't be repaired; name a file");
    }
    PrintStream out = new PrintStream(streams.out(), false, StandardCharsets.UTF_8);
    int status = check(name, repairs, streams, out);
    out.flush();
    return status;
  }

  private static int check(String name, boolean repairs, Streams streams, PrintStream out)
      throws IOException {
    long bulks = 0;
    long wholeBytes;
    String first = "";
    String last = "";
    @Nullable BulkFormatException problem = null;
    try (InputStream in = Inputs.open(name, List.of(), streams)) {
      RecordingReader recording = new RecordingReader(in);
      try {
        while (recording.advance()) {
          last = TableWriter.time(recording.bulk());
          first = bulks == 0 ? last : first;
          bulks++;
        }
      } catch (BulkFormatException e) {
        problem = e;
      }
      wholeBytes = recording.wholeBytes();
    }
    String found =
        bulks
            + (bulks == 1 ? " bulk" : " bulks")
            + (bulks == 0 ? "" : ", " + first + " to " + last);
    if (problem == null && bulks > 0) {
      out.println(name + ": right: " + wholeBytes + " bytes, " + found);
      return 0;
    }
    String message = problem == null ? "empty" : String.valueOf(problem.getMessage());
    out.println(name + ": wrong: " + message);
    out.println(name + ": right to byte " + wholeBytes + ": " + found);
    if (!repairs || bulks == 0) {
      return Kifs.FAILED;
    }
    repair(Path.of(name), bulks, wholeBytes, out);
    return 0;
  }

  /** Leaves out what is damaged; cuts it off if nothing that is right follows it. */
  private static void repair(Path file, long bulks, long wholeBytes, PrintStream out)
      throws IOException {
    Path copy = file.resolveSibling(file.getFileName() + ".repaired");
    int readable;
    try (Recording recording = Recording.open(file);
        OutputStream to = new BufferedOutputStream(Files.newOutputStream(copy, CREATE_NEW))) {
      readable = recording.copyReadable(to);
    }
    long lost = Files.size(file) - wholeBytes;
    if (readable > bulks) {
      lost = Files.size(file) - Files.size(copy);
      Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
      out.println(file + ": repaired: " + lost + " bytes were left out, " + readable + " bulks");
      return;
    }
    Files.delete(copy);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(wholeBytes);
      out.println(file + ": repaired: " + lost + " bytes were cut off");
    }
  }
}
