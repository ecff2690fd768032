# SPDX-License-Identifier: Apache-2.0
# Functions that ./run and ./test share: what is missing is installed, then configured and built, quietly.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
log="$root/build/setup.log"
mkdir -p "$root/build"

say() { printf '%s\n' "$*"; }

die() {
  say "$1" >&2
  if [ -s "$log" ]; then
    say "The last lines of $log:" >&2
    tail -n 30 "$log" >&2
  fi
  exit 1
}

# install_packages [LIST]: installs the packages of a list (packages.txt) that are not there yet; asks apt only when
# something is missing.
install_packages() {
  local list=${1:-packages.txt} missing=() package as_root=() there
  # With what they provide: Debian 13 has the headers of libqt6opengl6-dev in qt6-base-dev.
  there=$(dpkg-query -W -f='${db:Status-Status} ${Package}, ${Provides}\n' |
    sed -nE 's/ *\([^)]*\)//g; s/^installed //p' | tr -d ' ' | tr ',' '\n')
  while read -r package; do
    [ -n "$package" ] || continue
    grep -qxF -e "$package" <<<"$there" || missing+=("$package")
  done <"$root/resources/setup/$list"
  [ "${#missing[@]}" -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "These Debian packages are missing and there is no sudo: ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${#missing[@]} Debian packages ..."
  local try
  for try in 1 2; do
    if "${as_root[@]}" apt-get update -qq >>"$log" 2>&1 &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
        >>"$log" 2>&1 </dev/null; then
      return 0
    fi
    [ "$try" = 2 ] || sleep 5
  done
  die "apt could not install: ${missing[*]}"
}

# configure PRESET: once, and again when CMake says so itself during the build.
configure() {
  [ -f "$root/build/$1/build.ninja" ] && return 0
  say "Configuring ($1) ..."
  (cd "$root" && cmake --preset "$1") >>"$log" 2>&1 || die "CMake could not configure the build."
}

# build PRESET MINUTES TARGET...: one line of progress on a terminal, a line every tenth elsewhere. MINUTES of one core is
# what the targets take from nothing.
build() {
  local preset=$1 minutes=$2 cores begin=$SECONDS
  shift 2
  cores=$(nproc)
  [ -f "$root/build/$preset/.ninja_log" ] ||
    say "Building: about $(((minutes + cores - 1) / cores)) minutes on $cores cores."
  NINJA_STATUS='%p ' cmake --build "$root/build/$preset" --target "$@" 2>&1 | tee -a "$log" | show_progress ||
    die "The build failed."
  local took=$((SECONDS - begin))
  [ "$took" -lt 10 ] || say "Built in $((took / 60)) min $((took % 60)) s."
}

show_progress() {
  local line percent shown=-10
  while IFS= read -r line; do
    percent=$(sed -nE 's/^ *([0-9]+)% .*/\1/p' <<<"${line:0:8}")
    [ -n "$percent" ] || continue
    if [ -t 1 ]; then
      printf '\rBuilding ... %3d %%' "$percent"
    elif [ "$percent" -ge $((shown + 10)) ]; then
      shown=$percent
      say "Building ... $percent %"
    fi
  done
  [ ! -t 1 ] || printf '\r%-24s\r' ''
}
