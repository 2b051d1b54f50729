package kifs.fs.transport.jnrfuse;

import static java.util.Objects.requireNonNull;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import kifs.fs.transport.Guard;
import kifs.fs.transport.KnownNodes;
import kifs.fs.transport.MountPoint;
import kifs.fs.transport.OpenFiles;
import kifs.fs.transport.Waits;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Link;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.fs.tree.PollEvents;
import kifs.fs.tree.PollHandle;
import kifs.fs.tree.Tree;
import kifs.fs.tree.Usage;
import kifs.fs.tree.UserLimit;
import org.jspecify.annotations.Nullable;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.FusePollhandle;

/**
 * Turns libfuse's operations into calls on nodes. {@link Guard} runs every operation. Thread-safe.
 */
final class FuseTree extends ReadOnlyFuse {
  private static final MemoryIO MEMORY = MemoryIO.getInstance();

  /** Offsets in struct fuse_context. */
  private static final int CONTEXT_UID = 8;

  private static final int CONTEXT_GID = 12;
  private static final int CONTEXT_PID = 16;

  /** The empty directory of an entity that has vanished. */
  private static final Directory VANISHED =
      new Directory() {
        @Override
        public Node lookup(String name, Caller caller) {
          throw new FsException(Errno.ENOENT, name);
        }

        @Override
        public List<Entry> list(Caller caller) {
          return List.of();
        }
      };

  private final long mountedAtS;
  private final OpenFiles files = new OpenFiles();
  private final OpenNodes openNodes = new OpenNodes();
  private final Interrupts interrupts = new Interrupts();
  private final Lookups lookups = new Lookups();
  private final CountDownLatch ready = new CountDownLatch(1);
  private final SessionMemory session = new SessionMemory();
  private volatile @Nullable Tree tree;
  private volatile boolean stopping;

  FuseTree(long mountedAtS) {
    this.mountedAtS = mountedAtS;
  }

  CountDownLatch ready() {
    return ready;
  }

  Interrupts interrupts() {
    return interrupts;
  }

  Lookups lookups() {
    return lookups;
  }

  /** What the kernel and clients hold of the tree now. */
  Usage usage() {
    UserLimit limit = files.limit();
    return new Usage(
        lookups.known().count(), KnownNodes.MAX, limit.all(), limit.maxOfAll(), limit.maxOfUser());
  }

  /** Ends all waits. From now on opens, reads and writes are refused; only releases succeed. */
  void stop() {
    stopping = true;
    interrupts.waits().endAll(goingAway());
    files.wakePollers();
  }

  /** From now on the memory of libfuse's session isn't touched. */
  void endSession() {
    session.end();
  }

  /** Makes the kernel drop the names of vanished entities if it has many names. */
  void dropVanishedNames() {
    if (lookups.known().areMany()) {
      Guard.run(
          "names",
          "",
          () -> {
            lookups
                .known()
                .dropVanished(
                    this::hasVanished,
                    (parent, name) -> session.use(() -> lookups.drop(parent, name)));
            return 0;
          });
    }
  }

  private boolean hasVanished(String path) {
    try {
      tree().resolve(path, MountPoint.self());
      return false;
    } catch (FsException e) {
      return e.errno() == Errno.ENOENT;
    }
  }

  private static FsException goingAway() {
    return new FsException(Errno.ENOTCONN, "the tree is going away");
  }

  private void refuseWhenStopping() {
    if (stopping) {
      throw goingAway();
    }
  }

  /** A struct fuse_operations with the operations below, which serve this tree. */
  Struct operations(Tree tree) {
    this.tree = tree;
    return fuseOperations;
  }

  /** The tree. libfuse makes requests only after {@link #operations}. */
  private Tree tree() {
    return requireNonNull(tree);
  }

  @Override
  public @Nullable Pointer init(Pointer connection) {
    ready.countDown();
    return null;
  }

  @Override
  public int getattr(String path, FileStat stat) {
    return Guard.run(
        "getattr",
        path,
        noting(
            () -> {
              describe(node(path), stat);
              return 0;
            }));
  }

  /** Tells an exception which client gets it as the answer. */
  private static IntSupplier noting(IntSupplier body) {
    return () -> {
      try {
        return body.getAsInt();
      } catch (FsException e) {
        e.answeredTo(caller());
        throw e;
      }
    };
  }

  /**
   * Finds a node. fstat(2) arrives with a path only, and must succeed on an open file even if the
   * entity has vanished, so the nodes of open files are found too.
   */
  private Node node(String path) {
    try {
      Tree.Found found = tree().find(path, caller());
      lookups.found(path, found);
      return found.node();
    } catch (FsException e) {
      Node open = openNodes.of(path);
      if (open == null) {
        throw e;
      }
      return open;
    }
  }

  private void describe(Node node, FileStat stat) {
    stat.st_mode.set(node.kind().mode() | node.permissions());
    stat.st_nlink.set(1);
    stat.st_size.set(node.size());
    Node.Owner owner = owner(node);
    stat.st_uid.set(owner.uid());
    stat.st_gid.set(owner.gid());
    stat.st_mtim.tv_sec.set(mountedAtS);
    stat.st_ctim.tv_sec.set(mountedAtS);
    stat.st_atim.tv_sec.set(mountedAtS);
  }

  /**
   * The owner of a node. A file that is open outlives its entity, and is then root's as in /proc.
   */
  private static Node.Owner owner(Node node) {
    try {
      return node.owner();
    } catch (FsException vanished) {
      return Node.Owner.ROOT;
    }
  }

  @Override
  public int readlink(String path, Pointer buffer, long size) {
    return Guard.run(
        "readlink",
        path,
        () -> {
          if (!(tree().resolve(path, caller()) instanceof Link link)) {
            throw new FsException(Errno.EINVAL, "not a link");
          }
          buffer.putString(0, link.target(caller()), (int) size, StandardCharsets.UTF_8);
          return 0;
        });
  }

  /**
   * Remembers the directory while it is open, even if its entity vanishes. A crawler stats a
   * directory again on its way up, and would stop altogether if that failed. A directory whose
   * entity has vanished can still be opened, by {@code ..}, and is empty.
   */
  @Override
  public int opendir(String path, FuseFileInfo info) {
    return Guard.run(
        "opendir",
        path,
        () -> {
          openNodes.hold(path, directory(path));
          return 0;
        });
  }

  private Node directory(String path) {
    try {
      return node(path);
    } catch (FsException e) {
      return VANISHED;
    }
  }

  @Override
  public int releasedir(String path, FuseFileInfo info) {
    return Guard.run(
        "releasedir",
        path,
        () -> {
          openNodes.letGo(path);
          return 0;
        });
  }

  @Override
  public int readdir(
      String path, Pointer buffer, FuseFillDir filler, long offset, FuseFileInfo info) {
    return Guard.run(
        "readdir",
        path,
        () -> {
          if (!(tree().resolve(path, caller()) instanceof Directory directory)) {
            throw new FsException(Errno.ENOTDIR, path);
          }
          FileStat stat = new FileStat(Runtime.getSystemRuntime());
          stat.st_mode.set(Kind.DIRECTORY.mode());
          filler.apply(buffer, ".", stat, 0);
          filler.apply(buffer, "..", stat, 0);
          for (Directory.Entry entry : directory.list(caller())) {
            stat.st_mode.set(entry.kind().mode());
            filler.apply(buffer, entry.name(), stat, 0);
          }
          return 0;
        });
  }

  @Override
  public int open(String path, FuseFileInfo info) {
    return Guard.run(
        "open",
        path,
        noting(
            () -> {
              refuseWhenStopping();
              FileInfo opening = new FileInfo(info);
              OpenMode mode = opening.mode();
              Caller caller = caller();
              Node node = tree().resolve(path, caller);
              if (!(node instanceof FileNode file)) {
                throw new FsException(Errno.EISDIR, path);
              }
              if (mode.writing() && !file.isWritable()) {
                throw new FsException(Errno.EACCES, "not writable");
              }
              opening.opened(open(path, file, caller, mode));
              return 0;
            }));
  }

  /** Opens a file, which may take long, and returns its handle. */
  private long open(String path, FileNode node, Caller caller, OpenMode mode) {
    files.admit(caller.uid());
    OpenFile file = null;
    try {
      file = await(node.open(caller, mode));
    } finally {
      if (file == null) {
        files.dismiss(caller.uid());
      }
    }
    openNodes.hold(path, node);
    return files.add(caller.uid(), file, () -> openNodes.letGo(path));
  }

  @Override
  public int read(String path, Pointer buffer, long size, long offset, FuseFileInfo info) {
    return Guard.run(
        "read",
        path,
        () -> {
          OpenFile file = file(info);
          boolean nonBlocking = new FileInfo(info).mode().nonBlocking();
          ByteBuffer to = MEMORY.newDirectByteBuffer(buffer.address(), (int) size);
          while (true) {
            refuseWhenStopping();
            await(file.prepare(offset, nonBlocking));
            int length = file.read(offset, to);
            if (length != OpenFile.AGAIN) {
              return length;
            }
            if (nonBlocking) {
              return -Errno.EAGAIN.number();
            }
          }
        });
  }

  @Override
  public int write(String path, Pointer buffer, long size, long offset, FuseFileInfo info) {
    return Guard.run(
        "write",
        path,
        () -> {
          refuseWhenStopping();
          ByteBuffer from = MEMORY.newDirectByteBuffer(buffer.address(), (int) size);
          return file(info).write(caller(), offset, from);
        });
  }

  @Override
  public int poll(String path, FuseFileInfo info, FusePollhandle handle, Pointer events) {
    return Guard.run(
        "poll",
        path,
        () -> {
          long address = Struct.getMemory(handle).address();
          PollHandle waiting = address == 0 ? null : new NativePollHandle(address, session);
          int ready = file(info).poll(waiting);
          events.putInt(0, stopping ? ready | PollEvents.HUP | PollEvents.ERR : ready);
          return 0;
        });
  }

  @Override
  public int release(String path, FuseFileInfo info) {
    return Guard.run(
        "release",
        path,
        () -> {
          files.remove(new FileInfo(info).handle());
          return 0;
        });
  }

  /**
   * Accepts the truncation that precedes a write by a shell's {@code >}. A writable file always has
   * size 0.
   */
  @Override
  public int truncate(String path, long size) {
    return Guard.run(
        "truncate",
        path,
        () -> {
          if (!(tree().resolve(path, caller()) instanceof FileNode file) || !file.isWritable()) {
            throw new FsException(Errno.EACCES, "not writable");
          }
          return 0;
        });
  }

  private OpenFile file(FuseFileInfo info) {
    OpenFile file = files.get(new FileInfo(info).handle());
    if (file == null) {
      throw stopping ? goingAway() : new FsException(Errno.EBADF, "no file has this handle");
    }
    return file;
  }

  private <T> T await(CompletableFuture<T> future) {
    interrupts.await(future);
    return Waits.result(future);
  }

  private static Caller caller() {
    long context = LibFuse2.INSTANCE.fuse_get_context();
    return new Caller(
        Integer.toUnsignedLong(MEMORY.getInt(context + CONTEXT_UID)),
        Integer.toUnsignedLong(MEMORY.getInt(context + CONTEXT_GID)),
        MEMORY.getInt(context + CONTEXT_PID));
  }
}
