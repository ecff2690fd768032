#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tries the Debian package on a bare Debian: try_package.sh SUITE PACKAGE.deb [PICTURE.png], as root, e.g.
# `try_package.sh bookworm build/release/lossscope_0.1.0_amd64.deb window.png`. Makes a minimal system of the suite (which must be the one
# that the package was built on), installs the package with apt, runs what a person runs first, takes PICTURE of the window that
# the desktop entry's command opens, removes the package and tells what stayed. Needs debootstrap, 4 GB and the network.
set -euo pipefail
refuse() { echo "try_package.sh: $1" >&2; exit 2; }
[ "$#" -eq 2 ] || [ "$#" -eq 3 ] || refuse "say which suite and which package: try_package.sh bookworm lossscope_0.1.0_amd64.deb"
[ "$(id -u)" -eq 0 ] || refuse "debootstrap and chroot need root"
command -v debootstrap >/dev/null || refuse "debootstrap is missing: apt install debootstrap"
[ -f "$2" ] || refuse "there is no $2: make it with cpack -G DEB in the build folder"

suite=$1 package=$2 picture=${3:-}
mirror=${MIRROR:-http://deb.debian.org/debian}
system=$(mktemp -d "/var/tmp/lossscope-package-XXXXXX")
finish() {
  ! mountpoint -q "$system/proc" || umount "$system/proc"
  rm -rf --one-file-system "$system"
}
trap finish EXIT
debootstrap --variant=minbase "$suite" "$system" "$mirror" >"$system.log" || refuse "debootstrap failed, see $system.log"
cp /etc/resolv.conf /etc/hosts "$system/etc/"
apt-config dump Acquire >"$system/etc/apt/apt.conf.d/90fetching"
mount -t proc proc "$system/proc"
cp "$package" "$system/root/lossscope.deb"

inside() {
  chroot "$system" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    bash -euo pipefail -c "cd /root && $1"
}
step() {
  echo "== $1"
  inside "$2"
}
step "install" "apt-get update -qq && apt-get install -y -qq ./lossscope.deb >/dev/null 2>install.log || { cat install.log; exit 1; }"
step "version" "lossscope --version"
step "numbers of the sample" "lossscope eval --mask sample:mni-head --predict 'degrade:shift=3,0,0' --loss dice,bce"
step "a picture of the sample" "lossscope render --image sample:mni-head --mask sample:mni-head --predict perfect --loss dice --view axial -o picture.png && ls -l picture.png"
step "from Python" "python3 -c 'import numpy, lossscope; print(lossscope.evaluate(numpy.ones((2, 2, 2)), numpy.full((2, 2, 2), .5, \"f4\"), \"bce\"))'"
step "the window, as the menu starts it" "apt-get install -y -qq --no-install-recommends xvfb xauth >/dev/null 2>&1
  command=\$(sed -n 's/^Exec=\\([^ ]*\\).*/\\1/p' /usr/share/applications/lossscope.desktop)
  xvfb-run -a -s '-screen 0 1600x1000x24' \$command --sample mni-head --screenshot window.png --size 1600x1000 && ls -l window.png"
[ -z "$picture" ] || cp "$system/root/window.png" "$picture"
step "remove" "apt-get purge -y -qq lossscope >/dev/null 2>&1
  left=\$(find / -xdev -iname '*lossscope*' -not -path '/proc/*' -not -path '/root/*' -not -path '/var/log/*' -not -path '/var/lib/apt/*')
  [ -z \"\$left\" ] || { echo \"left behind: \$left\"; exit 1; }"
echo "The package works on a bare $suite ($(cat "$system/etc/debian_version")) and leaves nothing."
