#!/usr/bin/env bash
# Runs a command on another kernel, in a virtual machine. The machine sees this host's files, and
# discards all changes.
#
#   guest.sh KERNEL COMMAND [ARGUMENT...]
#
# KERNEL is a directory with a kernel's boot/vmlinuz-* and lib/modules/*: a Debian or Ubuntu package
# (linux-image-*), unpacked by dpkg -x. The command runs as root in the current directory. Needs
# qemu-system-x86 and busybox-static. The CPU is emulated, so everything takes some twenty times as
# long, unless ACCELERATOR=kvm (which hangs in some virtual machines). The machine is stopped after
# TIMEOUT seconds (400).
# USERLAND=DIRECTORY: the files of a distribution, which the guest uses instead of this host's. From
# this host it then sees only the current directory. The files may be for aarch64 (this needs
# qemu-system-arm), for example from
#
#   mmdebstrap --variant=extract --architectures=arm64 --include='?essential' \
#     --include=busybox-static,fuse3,libbpf1,libfuse2,openjdk-17-jdk-headless \
#     --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr bookworm DIRECTORY
# which doesn't configure the packages: ldconfig has not run, and java isn't in the PATH.
set -euo pipefail

fail() {
  echo "guest.sh: $*" >&2
  exit 1
}
(($# > 1)) || fail "usage: guest.sh KERNEL COMMAND [ARGUMENT...]"
kernel=$1
shift
image=$(find "$kernel/boot" -name 'vmlinuz-*' | head -n 1)
modules=$(find "$kernel/lib/modules" -mindepth 1 -maxdepth 1 | head -n 1)
[[ -n $image && -n $modules ]] || fail "$kernel: no boot/vmlinuz-*, or no lib/modules/*"
userland=$(readlink -f -- "${USERLAND:-/}")
if [[ -e $userland/lib/ld-linux-aarch64.so.1 ]]; then
  # This CPU supports pages of 16 KiB. Unlike `max` it has no pointer authentication, which is slow
  # to emulate.
  package=qemu-system-arm console=ttyAMA0
  machine=(qemu-system-aarch64 -machine "virt,accel=${ACCELERATOR:-tcg}" -cpu cortex-a76)
else
  package=qemu-system-x86 console=ttyS0
  machine=(qemu-system-x86_64 -machine "q35,accel=${ACCELERATOR:-tcg}" -cpu max)
fi
for tool in "${machine[0]}" busybox "$userland/bin/busybox"; do
  type -P "$tool" >/dev/null || fail "missing: $package, or busybox-static here or in $userland"
done

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
mkdir -p "$work/initrd"/{bin,dev,proc,sys,host,root,written} "$work/initrd/lib/modules/${modules##*/}"
cp "$userland/bin/busybox" "$work/initrd/bin/busybox"
(cd "$modules" && find . \( -name 'virtio*.ko*' -o -name '9p*.ko*' -o -name 'netfs.ko*' \
  -o -name 'fscache.ko*' -o -name 'fuse.ko*' -o -name 'overlay.ko*' -o -name 'modules.builtin*' \) \
  -exec cp --parents -t "$work/initrd/lib/modules/${modules##*/}" {} +)
printf '%q ' "$@" >"$work/initrd/command"

cat >"$work/initrd/init" <<GUEST
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
depmod; modprobe -a virtio_pci 9pnet_virtio 9p fuse overlay
mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose root /host || poweroff -f
mount -t tmpfs tmpfs /written; mkdir /written/files /written/work
mount -t overlay -o lowerdir=/host$(printf %q "$userland"),upperdir=/written/files,workdir=/written/work overlay /root
$([[ $userland == / ]] || printf '%s\n' "
mkdir -p /written/here /written/work-here /root$(printf %q "$PWD")
mount -t overlay -o lowerdir=/host$(printf %q "$PWD"),upperdir=/written/here,workdir=/written/work-here overlay /root$(printf %q "$PWD")")
mkdir -p /dev/shm /dev/pts /sys/fs/cgroup
mount -t tmpfs tmpfs /dev/shm; mount -t devpts devpts /dev/pts
ln -s /proc/self/fd /dev/fd
mount -t cgroup2 cgroup /sys/fs/cgroup
cp /command /root/command
for name in proc sys dev; do mount --move /\$name /root/\$name; done
chroot /root /bin/bash -c 'export PATH=$PATH HOME=/tmp; cd $(printf %q "$PWD"); . /command'
poweroff -f
GUEST
chmod +x "$work/initrd/init"
(cd "$work/initrd" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$work/initrd.gz"

timeout "${TIMEOUT:-400}" "${machine[@]}" -smp 2 -m 4G \
  -nodefaults -display none -serial stdio -no-reboot -kernel "$image" -initrd "$work/initrd.gz" \
  -append "console=$console quiet panic=-1" \
  -virtfs local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap </dev/null
