#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# install_pages.sh PROGRAM CHANGELOG SHARE [HELP2MAN]: the changelog, packed, and the man pages into SHARE (/usr/share). The
# pages are made of the program's own --help, one of it and one of each subcommand; without help2man there are none.
set -eu
program=$1 changelog=$2 share=$3 help2man=${4:-}
install -D -m 644 "$changelog" "$share/doc/lossscope/changelog"
gzip -9nf "$share/doc/lossscope/changelog"
case $help2man in
  '' | *NOTFOUND) echo "No man pages: help2man is missing"; exit 0 ;;
esac

# page NAME TITLE COMMAND...
page() {
  name=$1 title=$2
  shift 2
  made="$share/man/man1/$name.1"
  mkdir -p "$share/man/man1"
  # help2man runs one command without arguments of its own: a script stands for the subcommand.
  script=$(mktemp)
  printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$program" "$*" >"$script"
  chmod +x "$script"
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1764547200} "$help2man" --no-info --no-discard-stderr --section 1 \
    --name "$title" --version-string "$("$program" --version)" --output "$made" "$script"
  # The script's name is no name of ours.
  sed -i "s#$(basename "$script")#$(echo "$name" | sed 's/lossscope-/lossscope /')#g" "$made"
  rm -f "$script"
  gzip -9nf "$made"
}

page lossscope "see what a segmentation loss does"
"$program" --help | sed -n '/^Subcommands:/,$ s/^  \([a-z]*\)  *\(.*\)/\1 \2/p' | while read -r command title; do
  page "lossscope-$command" "$title" "$command" </dev/null
done
