package kifs.fs.tree;

import java.util.List;

/** A directory. Its names are made up when they are asked for. */
public non-sealed interface Directory extends Node {
  /**
   * @throws FsException ENOENT if there is no such name; EINVAL if it can't be understood
   */
  Node lookup(String name);

  /**
   * Whether that name, which was found here, is here as long as this directory is: a transport may
   * remember it for a while. Never so for the name of an entity.
   */
  default boolean keeps(String name) {
    return false;
  }

  /** What a crawler shall see: nothing that could block. Without {@code .} and {@code ..}. */
  List<Entry> list();

  /** One line of a listing. */
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
