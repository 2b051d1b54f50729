#!/usr/bin/env bash
# Lays out the files of the package in TARGET/package, and packs the tarball TARGET/kifs-VERSION.tar.gz.
# Maven's profile `deb` runs it after the jar is made; then jdeb makes the package of these files.
# Two runs with the same jar make the same bytes.
# usage: stage.sh JAVA TARGET VERSION TIMESTAMP
set -euo pipefail

java=$1 target=$2 version=$3 timestamp=$4
here=$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")
root=${here%/fs/src/main/packaging}
stage=$target/package
made=$stage/made
files=$stage/root
rm -rf -- "$stage"
mkdir -p "$made" "$files"
umask 022

"$java" -XX:TieredStopAtLevel=1 -cp "$target/kifs.jar" kifs.fs.cli.PackageFiles "$made"

compress() { gzip -9n <"$1" >"$2"; }

# What both the package and the tarball have: the program itself.
program() {
  mkdir -p "$1/sh"
  cp "$target/kifs.jar" "$made/version" "$root/kifs" "$root/mount.sh" "$1"
  cp "$root"/fs/src/main/sh/{common.sh,setup.sh,options.sh,mount.kifs} \
    "$root/fs/src/main/cds/archive.sh" "$1/sh"
  chmod 644 "$1/version" "$1/kifs.jar" "$1"/sh/{common,setup,options}.sh
  chmod 755 "$1"/{kifs,mount.sh} "$1"/sh/{mount.kifs,archive.sh}
}

unit() {
  sed -e "s|@UNIT@|$1|" -e "s|@MOUNTPOINT@|$2|" "$here/kifs.service.in" \
    >"$files/usr/lib/systemd/system/$1"
}

program "$files/usr/share/kifs"
mkdir -p "$files"/etc/kifs "$files"/usr/{include,lib/python3/dist-packages,lib/systemd/system} \
  "$files"/usr/share/{bash-completion/completions,doc/kifs,lintian/overrides,man/man1,man/man5,man/man8}
unit kifs.service /mnt/kernel
unit kifs@.service %f
cp "$made/kifs.conf" "$files/etc/kifs"
cp "$made/kifs.h" "$files/usr/include"
cp "$made/kifs.py" "$files/usr/lib/python3/dist-packages"
sed 1d "$made/completion" >"$files/usr/share/bash-completion/completions/kifs" # without #!
compress "$made/kifs.1" "$files/usr/share/man/man1/kifs.1.gz"
compress "$made/kifs.5" "$files/usr/share/man/man5/kifs.5.gz"
compress "$made/kifs.conf.5" "$files/usr/share/man/man5/kifs.conf.5.gz"
cp "$here/copyright" "$files/usr/share/doc/kifs"
printf '.so man1/kifs.1\n' | gzip -9n >"$files/usr/share/man/man8/mount.kifs.8.gz"
compress "$root/CHANGELOG.md" "$files/usr/share/doc/kifs/CHANGELOG.md.gz"
gzip -9n >"$files/usr/share/doc/kifs/changelog.gz" <<CHANGELOG
kifs ($version) unstable; urgency=medium

  * CHANGELOG.md.gz in this directory has the changes.

 -- kifs <kifs@localhost>  $(LC_ALL=C date -u -d "$timestamp" '+%a, %d %b %Y %T +0000')
CHANGELOG
cp "$here/lintian-overrides" "$files/usr/share/lintian/overrides/kifs"

home=$stage/kifs-$version
program "$home"
mkdir -p "$home"/{include,python,man,doc}
cp "$made/kifs.h" "$home/include"
cp "$made/kifs.py" "$home/python"
cp "$made/completion" "$made/kifs.conf" "$made"/*.[15] "$home/man"
mv "$home/man/completion" "$home/man/kifs.conf" "$home"
cp "$root/README.md" "$root/CHANGELOG.md" "$root/LICENSE" "$root"/docs/*.md "$home/doc"
tar -C "$stage" --sort=name --mtime="$timestamp" --owner=0 --group=0 --numeric-owner --format=gnu \
  -c "kifs-$version" | gzip -9n >"$target/kifs-$version.tar.gz"
