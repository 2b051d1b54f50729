package kifs.fs.tree;

import java.util.List;

/** A directory. Each lookup may make a new node. */
public non-sealed interface Directory extends Node {
  /**
   * Finds the node of a name.
   *
   * @throws FsException ENOENT if there is no such name, or the caller may not know of it; EACCES
   *     or EPERM if the caller may not enter; EINVAL if the name can't be understood
   */
  Node lookup(String name, Caller caller);

  /**
   * Whether a name that was found in this directory lasts as long as the directory. A transport may
   * remember such a name for a while. The name of an entity never lasts.
   */
  default boolean lasts(String name) {
    return false;
  }

  /**
   * Whether what a lookup of that name finds depends on the client. A transport then looks the name
   * up for each request about the node or about a node below it.
   */
  default boolean isPersonal(String name) {
    return false;
  }

  /**
   * Lists the entries that a crawler should see, without {@code .} and {@code ..}. A name whose
   * open could block is not listed.
   *
   * @throws FsException ENOENT if the entity has vanished; EACCES or EPERM if the caller may not
   *     list it
   */
  List<Entry> list(Caller caller);

  /** One entry of a listing. */
  record Entry(String name, Kind kind) {}

  @Override
  default Kind kind() {
    return Kind.DIRECTORY;
  }

  @Override
  default int permissions() {
    return 0555;
  }
}
