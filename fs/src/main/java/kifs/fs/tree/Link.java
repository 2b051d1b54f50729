package kifs.fs.tree;

/** A symbolic link. */
public non-sealed interface Link extends Node {
  /** The target as this client sees it, relative to the link's directory. */
  String target(Caller caller);

  @Override
  default Kind kind() {
    return Kind.LINK;
  }

  @Override
  default int permissions() {
    return 0777;
  }
}
