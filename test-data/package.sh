#!/usr/bin/env bash
# Installs the package in a clean Debian with systemd, uses it, upgrades it while a client waits, removes
# and purges it, and checks that nothing is left. The Debian runs in a container made by unshare(1) on this
# host's kernel; it has this host's network, by which apt gets what the package depends on.
#
#   package.sh DEB DEBIAN [STEPS]
#
# DEBIAN is the name of a release (bookworm, trixie), which mmdebstrap then fetches, or a directory with
# an unpacked one, which is not changed:
#
#   mmdebstrap --variant=minbase --include=systemd,systemd-sysv,procps,kmod,mount trixie DIRECTORY
#
# STEPS is a bash script that runs inside as root (package-steps.sh). Needs root, mmdebstrap, overlayfs,
# /dev/fuse and a cgroup2 hierarchy; where one is missing, it says so and exits with 77. Otherwise the
# exit status is that of STEPS. Stops after TIMEOUT seconds (600).
set -euo pipefail

skip() {
  echo "package.sh: skipped: $*" >&2
  exit 77
}
(($# > 1)) || {
  echo "usage: package.sh DEB DEBIAN [STEPS]" >&2
  exit 2
}
here=$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")
deb=$(readlink -f -- "$1") debian=$2 steps=${3:-$here/package-steps.sh}
((EUID == 0)) || skip "needs root"
[[ -e /dev/fuse ]] || skip "no /dev/fuse"
cgroups=$(awk '$(NF-2) == "cgroup2" {print $5; exit}' /proc/self/mountinfo)
[[ -w $cgroups ]] || skip "no cgroup2 hierarchy that may be written"

work=$(mktemp -d /tmp/kifs-package.XXXXXX)
group=$cgroups/kifs-package.$$
mkdir "$group"
# The trap calls it.
# shellcheck disable=SC2317
clean_up() {
  # Everything in the container is gone by now: its first process has ended.
  sleep 0.2
  find "$group" -depth -type d -exec rmdir {} + || true
  umount -l "$work/root" 2>/dev/null || true
  umount -l "$work/written" 2>/dev/null || true
  rm -rf -- "$work"
}
trap clean_up EXIT

if [[ ! -d $debian ]]; then
  type -P mmdebstrap >/dev/null || skip "no mmdebstrap, which fetches a Debian"
  mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,procps,kmod,mount "$debian" \
    "$work/debian" >&2 || skip "mmdebstrap can't fetch $debian"
  debian=$work/debian
fi
mkdir "$work/root" "$work/written"
mount -t tmpfs tmpfs "$work/written"
mkdir "$work/written/files" "$work/written/work"
mount -t overlay -o "lowerdir=$debian,upperdir=$work/written/files,workdir=$work/written/work" \
  overlay "$work/root" || skip "no overlayfs"

root=$work/root
mkdir -p "$root/test"
cp -- "$deb" "$root/test/kifs.deb"
cp -- "$steps" "$root/test/steps.sh"
cp /etc/resolv.conf "$root/etc/resolv.conf"
cat >"$root/etc/systemd/system/kifs-test.service" <<'UNIT'
[Unit]
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
WorkingDirectory=/test
Environment=HOME=/root DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
ExecStart=/bin/bash -c 'bash steps.sh >out 2>&1; echo $? >status'
UNIT

# The first process of the container: it enters the new root, and becomes systemd.
cat >"$work/start" <<'START'
set -e
root=$1
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty fuse kmsg autofs; do
  [[ -e /dev/$device ]] || continue
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
cd "$root"
pivot_root . mnt
umount -l /mnt
mount --make-rshared /
exec env -i container=kifs-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --log-target=null --unit=kifs-test.service </dev/null >/dev/null 2>&1
START

(
  echo "$BASHPID" >"$group/cgroup.procs"
  exec timeout --foreground -k 5 "${TIMEOUT:-600}" unshare --mount --pid --uts --ipc --cgroup --fork --kill-child \
    bash "$work/start" "$root"
) || true
cat "$root/test/out" || true
exit "$(cat "$root/test/status" || echo 1)"
