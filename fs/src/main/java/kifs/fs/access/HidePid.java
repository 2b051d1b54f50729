package kifs.fs.access;

/** How processes of others are hidden, as with the option {@code hidepid=} of /proc. */
public enum HidePid {
  /** They are not hidden. */
  OFF,
  /** Their directories are listed, but can't be entered. */
  NOACCESS,
  /** Their directories are not listed. */
  INVISIBLE
}
