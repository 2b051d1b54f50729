"""Prints the first two names that getdents64(2) gives of each directory."""
import ctypes, os, struct, sys

SYS_getdents64 = {"x86_64": 217, "aarch64": 61}[os.uname().machine]
libc = ctypes.CDLL(None, use_errno=True)
for path in sys.argv[1:]:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    buffer = ctypes.create_string_buffer(4096)
    length = libc.syscall(SYS_getdents64, fd, buffer, 4096)
    assert length > 0, ctypes.get_errno()
    names, at = [], 0
    while at < length and len(names) < 2:
        size, kind = struct.unpack_from("<HB", buffer, at + 16)
        assert kind == 4, kind  # DT_DIR
        names.append(buffer.raw[at + 19:at + size].split(b"\0")[0].decode())
        at += size
    print(*names)
