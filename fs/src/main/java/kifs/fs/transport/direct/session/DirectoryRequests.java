package kifs.fs.transport.direct.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import kifs.fs.transport.Memorable;
import kifs.fs.transport.direct.protocol.Attributes;
import kifs.fs.transport.direct.protocol.DirectoryWriter;
import kifs.fs.transport.direct.protocol.InitReply;
import kifs.fs.transport.direct.protocol.Replies;
import kifs.fs.transport.direct.protocol.Request;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests about listings. A listing is made when it is read from its beginning, and
 * kept while the directory is open. Thread-safe: the monitor of a listing guards its entries.
 */
final class DirectoryRequests {
  /** Offsets in struct fuse_read_in. */
  private static final int HANDLE = 0;

  private static final int OFFSET = 8;
  private static final int SIZE = 16;

  /** A directory that is open. */
  private static final class Listing {
    private @Nullable List<Directory.Entry> entries;
  }

  private static final List<Directory.Entry> DOTS =
      List.of(new Directory.Entry(".", Kind.DIRECTORY), new Directory.Entry("..", Kind.DIRECTORY));

  private final Nodes nodes;
  private final NodeRequests attributes;
  private final Replier replier;
  private final ConcurrentHashMap<Long, Listing> open = new ConcurrentHashMap<>();
  private final AtomicLong handles = new AtomicLong();

  DirectoryRequests(Nodes nodes, NodeRequests attributes, Replier replier) {
    this.nodes = nodes;
    this.attributes = attributes;
    this.replier = replier;
  }

  /** A directory whose entity has vanished can still be opened, by {@code ..}, and is empty. */
  void opendir(Request request) {
    nodes.get(request.node());
    long handle = handles.incrementAndGet();
    open.put(handle, new Listing());
    boolean sent = false;
    try {
      sent =
          replier.reply(request.unique(), Replies.OPEN_BYTES, to -> Replies.opened(to, handle, 0));
    } finally {
      if (!sent) {
        open.remove(handle);
      }
    }
  }

  void releasedir(Request request) {
    open.remove(request.getLong(HANDLE));
    replier.done(request.unique());
  }

  void readdir(Request request, Caller caller, boolean isPlus) {
    Listing listing = open.get(request.getLong(HANDLE));
    if (listing == null) {
      throw new FsException(Errno.EBADF, "no directory has this handle");
    }
    KnownNode known = nodes.get(request.node());
    Directory directory = nodes.directory(known, caller);
    int bytes = Math.max(0, Math.min(request.getInt(SIZE), InitReply.MAX_READ_BYTES));
    long offset = request.getLong(OFFSET);
    List<Directory.Entry> entries = entries(listing, directory, offset, caller);
    replier.reply(
        request.unique(),
        bytes,
        to -> {
          to.limit(to.position() + bytes);
          Page page = new Page(known, directory, caller, to, isPlus);
          page.fill(entries, offset);
        });
  }

  private static List<Directory.Entry> entries(
      Listing listing, Directory directory, long offset, Caller caller) {
    synchronized (listing) {
      List<Directory.Entry> entries = listing.entries;
      if (entries == null || offset == 0) {
        entries = directory.list(caller);
        listing.entries = entries;
      }
      return entries;
    }
  }

  /** The part of a listing that one request gets. */
  private final class Page {
    private final KnownNode known;
    private final Directory directory;
    private final Caller caller;
    private final DirectoryWriter writer;
    private final boolean isPlus;

    Page(KnownNode known, Directory directory, Caller caller, ByteBuffer to, boolean isPlus) {
      this.known = known;
      this.directory = directory;
      this.caller = caller;
      this.writer = new DirectoryWriter(to, isPlus);
      this.isPlus = isPlus;
    }

    /** Adds entries from an offset on. The offset of an entry is its index. */
    void fill(List<Directory.Entry> entries, long offset) {
      long count = (long) DOTS.size() + entries.size();
      for (long at = Math.max(0, offset); at < count; at++) {
        boolean isDot = at < DOTS.size();
        Directory.Entry entry = isDot ? DOTS.get((int) at) : entries.get((int) at - DOTS.size());
        byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
        if (!writer.fits(name.length)) {
          return;
        }
        // The kernel would not use what a lookup finds if it may not remember the name.
        boolean isLookedUp = isPlus && !isDot && directory.lasts(entry.name());
        if (!isLookedUp || !addFound(entry.name(), name, at + 1)) {
          writer.add(name, entry.kind().mode(), at + 1);
        }
      }
    }

    /** Adds an entry with what its lookup finds. Returns false if the lookup fails. */
    private boolean addFound(String name, byte[] bytes, long next) {
      if (nodes.counted().isFull()) {
        return false;
      }
      try {
        Nodes.Lookup lookup = nodes.lookup(known, directory, name, caller);
        Attributes found = attributes.attributesOrForget(lookup);
        long nameS = attributes.isNameFixed(lookup) ? Memorable.SECONDS : 0;
        writer.add(bytes, found, nameS, Memorable.SECONDS, next);
        return true;
      } catch (FsException e) {
        return false;
      }
    }
  }
}
