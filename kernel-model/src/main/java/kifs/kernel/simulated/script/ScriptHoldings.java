package kifs.kernel.simulated.script;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.function.Consumer;
import kifs.kernel.fd.Socket;
import kifs.kernel.fd.Socket.Endpoint;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.simulated.SimulatedShm;
import kifs.kernel.simulated.figures.FdTable;
import kifs.kernel.simulated.figures.ProcessTexts;
import kifs.kernel.simulated.figures.SimulatedFile;
import kifs.kernel.simulated.figures.SimulationException;
import org.jspecify.annotations.Nullable;

/**
 * Parses the statements about open fds and shared memory. Refuses what isn't one by {@link
 * SimulationException}. Stateless.
 */
final class ScriptHoldings {
  private static final Map<String, Socket> PROTOCOLS =
      Map.of(
          "tcp", Socket.unbound(Socket.INET, Socket.STREAM, Socket.TCP),
          "tcp6", Socket.unbound(Socket.INET6, Socket.STREAM, Socket.TCP),
          "udp", Socket.unbound(Socket.INET, Socket.DATAGRAM, Socket.UDP),
          "udp6", Socket.unbound(Socket.INET6, Socket.DATAGRAM, Socket.UDP),
          "unix", Socket.unbound(Socket.UNIX, Socket.STREAM, 0));

  private ScriptHoldings() {}

  /**
   * {@code open PID FD TYPE path=… inode=… flags=… position=…}; sockets have the settings of {@link
   * #socket} too.
   */
  static Consumer<SimulatedKernel> open(ScriptLine line) {
    int pid = Quantities.task(line.word("a pid"));
    int fd = Quantities.integer(line.word("an fd"), 0, FdTable.MAX_FDS);
    String type = line.word("a type of file");
    int number = FdRecord.TYPES.indexOf(type);
    if (number <= 0) {
      throw new SimulationException(
          "unknown type of file: " + type + "; known are " + String.join(" ", FdRecord.TYPES));
    }
    String inode = line.require("inode");
    Socket socket = number == FdRecord.SOCKET ? socket(line) : null;
    boolean hasNoPath = number == FdRecord.SOCKET || number == FdRecord.PIPE;
    SimulatedFile file =
        new SimulatedFile(
            number,
            hasNoPath ? "" : line.require("path"),
            Quantities.size(inode),
            Quantities.address(or(line.take("flags"), "0")),
            Quantities.size(or(line.take("position"), "0")),
            socket);
    line.requireEnd();
    return kernel -> kernel.simulated(pid).open(fd, file);
  }

  /** {@code protocol=tcp local=10.0.0.1:80 peer=10.0.0.2:4711 state=listen name=/run/x.sock}. */
  private static Socket socket(ScriptLine line) {
    String protocol = line.require("protocol");
    Socket of = PROTOCOLS.get(protocol);
    if (of == null) {
      throw new SimulationException(
          "unknown protocol: " + protocol + "; known are tcp tcp6 udp udp6 unix");
    }
    String state = or(line.take("state"), "closed");
    int number = FdRecord.STATES.indexOf(state);
    if (number <= 0) {
      throw new SimulationException("unknown state of a socket: " + state);
    }
    String name = line.take("name");
    return new Socket(
        of.family(),
        of.type(),
        of.protocol(),
        number,
        endpoint(of.family(), line.take("local")),
        endpoint(of.family(), line.take("peer")),
        0,
        name == null || of.family() != Socket.UNIX ? null : ProcessTexts.utf8(name),
        0);
  }

  private static @Nullable Endpoint endpoint(int family, String text) {
    if (family == Socket.UNIX) {
      return null;
    }
    int bytes = family == Socket.INET ? 4 : 16;
    if (text == null) {
      return new Endpoint(new byte[bytes], 0);
    }
    int colon = text.lastIndexOf(':');
    String address = colon < 0 ? "" : text.substring(0, colon);
    // For a text that doesn't look like an address, InetAddress would ask a name server.
    if (address.matches(family == Socket.INET ? "[0-9.]+" : "\\[[0-9a-fA-F:.]+\\]")) {
      try {
        byte[] found = InetAddress.getByName(address).getAddress();
        int port = Quantities.integer(text.substring(colon + 1), 0, 65_535);
        if (found.length == bytes) {
          return new Endpoint(found, port);
        }
      } catch (UnknownHostException e) {
        // Refused below.
      }
    }
    throw new SimulationException("not ADDRESS:PORT: " + text);
  }

  /** {@code close PID FD}. */
  static Consumer<SimulatedKernel> close(ScriptLine line) {
    int pid = Quantities.task(line.word("a pid"));
    int fd = Quantities.integer(line.word("an fd"), 0, FdTable.MAX_FDS);
    line.requireEnd();
    return kernel -> kernel.simulated(pid).close(fd);
  }

  /** {@code shm NAME kind=posix size=… resident=… uid=…}; without {@code kind} it changes one. */
  static Consumer<SimulatedKernel> shm(ScriptLine line) {
    String name = line.word("a name");
    String kind = line.take("kind");
    int number = kind == null ? 0 : ShmRecord.KINDS.indexOf(kind);
    if (kind != null && number <= 0) {
      throw new SimulationException(
          "unknown kind: " + kind + "; known are posix sysv memfd anonymous");
    }
    Consumer<SimulatedShm> settings = Settings.SHM.read(line.rest());
    line.rest().clear();
    line.requireEnd();
    return kernel -> settings.accept(number == 0 ? kernel.shm(name) : kernel.shm(number, name));
  }

  /** {@code unlink NAME}. */
  static Consumer<SimulatedKernel> unlink(ScriptLine line) {
    String name = line.word("a name");
    line.requireEnd();
    return kernel -> kernel.shm(name).unlink();
  }

  /** {@code map PID NAME bytes=…}. */
  static Consumer<SimulatedKernel> map(ScriptLine line) {
    int pid = Quantities.task(line.word("a pid"));
    String name = line.word("a name");
    long bytes = Quantities.size(line.require("bytes"));
    line.requireEnd();
    return kernel -> kernel.simulated(pid).map(kernel.shm(name), bytes);
  }

  /** {@code unmap PID NAME}. */
  static Consumer<SimulatedKernel> unmap(ScriptLine line) {
    int pid = Quantities.task(line.word("a pid"));
    String name = line.word("a name");
    line.requireEnd();
    return kernel -> kernel.simulated(pid).unmap(kernel.shm(name));
  }

  /** {@code hold PID NAME fds=…}; 0 closes all. */
  static Consumer<SimulatedKernel> hold(ScriptLine line) {
    int pid = Quantities.task(line.word("a pid"));
    String name = line.word("a name");
    int fds = Quantities.integer(line.require("fds"), 0, FdTable.MAX_FDS);
    line.requireEnd();
    return kernel -> kernel.simulated(pid).hold(kernel.shm(name), fds);
  }

  private static String or(String value, String otherwise) {
    return value == null ? otherwise : value;
  }
}
