package kifs.kernel.linux.limits;

import java.util.BitSet;
import kifs.kernel.limits.CpuList;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;

/** The CPUs on which a thread may run. */
final class Affinity extends ThreadSetting<BitSet> {
  private static final int BYTES = CpuList.MAX_CPUS / Byte.SIZE;

  @Override
  BitSet get(int tid) {
    NativeBuffer mask = NativeBuffer.allocate(BYTES);
    SchedulingAttributes.require(Syscalls.getAffinity(tid, BYTES, mask.address()));
    return BitSet.valueOf(mask.buffer());
  }

  /** Both supported architectures are little-endian, so a mask is a string of bytes. */
  @Override
  int set(int tid, BitSet value, BitSet old) {
    NativeBuffer mask = NativeBuffer.allocate(BYTES);
    mask.buffer().put(0, value.toByteArray());
    return mask.call(address -> Syscalls.setAffinity(tid, BYTES, address));
  }

  @Override
  BitSet parse(String text) {
    return CpuList.parse(text);
  }

  @Override
  String text(BitSet value) {
    return CpuList.text(value);
  }
}
