#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tries ./run and ./test on a bare Debian: on_fresh_debian.sh SUITE [DIRECTORY], as root, e.g. `on_fresh_debian.sh trixie`.
# A minimal system of that suite is made in DIRECTORY (one that debootstrap has made is taken as it is), this checkout's
# HEAD is cloned into it, and both commands run there without a display. Says for each command how it ended and what it
# took, on the wall and of processors. Needs debootstrap, 7 GB and the network. Without DIRECTORY a temporary one is used.
set -euo pipefail
refuse() { echo "on_fresh_debian.sh: $1" >&2; exit 2; }
[ "$#" -eq 1 ] || [ "$#" -eq 2 ] || refuse "say which suite: bookworm, trixie or sid"
[ "$(id -u)" -eq 0 ] || refuse "debootstrap and chroot need root"
command -v debootstrap >/dev/null || refuse "debootstrap is missing: apt install debootstrap"

suite=$1 kept=${2:-}
root=$(cd "$(dirname "$0")/../.." && pwd)
system=${kept:-$(mktemp -d "/var/tmp/lossscope-$suite-XXXXXX")}
mirror=${MIRROR:-http://deb.debian.org/debian}
finish() {
  ! mountpoint -q "$system/proc" || umount "$system/proc"
  [ -n "$kept" ] || rm -rf --one-file-system "$system"
}
trap finish EXIT

[ -e "$system/etc/debian_version" ] || debootstrap --variant=minbase "$suite" "$system" "$mirror" >"$system.log" ||
  refuse "debootstrap failed, see $system.log"
[ ! -e "$system/root/lossscope" ] || refuse "$system is not bare: it has /root/lossscope already"

# The network as this machine reaches it: its names, and what apt is told about fetching (proxies, above all).
cp /etc/resolv.conf /etc/hosts "$system/etc/"
apt-config dump Acquire >"$system/etc/apt/apt.conf.d/90fetching"
echo "deb $mirror $suite main" >"$system/etc/apt/sources.list"
if [ "$suite" != sid ] && [ "$suite" != unstable ]; then
  echo "deb $mirror $suite-updates main" >>"$system/etc/apt/sources.list"
  echo "deb ${mirror/%debian/debian-security} $suite-security main" >>"$system/etc/apt/sources.list"
fi
mountpoint -q "$system/proc" || mount -t proc proc "$system/proc"
git clone --quiet --no-hardlinks "$root" "$system/root/lossscope"

status=0
TIMEFORMAT='%0R s on the wall; of processors %0U s + %0S s for the system'
for command in ./run ./test; do
  echo "== $suite, $(cat "$system/etc/debian_version"), $(git -C "$system/root/lossscope" rev-parse --short HEAD): $command"
  time chroot "$system" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    bash -c "cd /root/lossscope && $command" || { echo "$command failed: $?"; status=1; }
done
exit "$status"
