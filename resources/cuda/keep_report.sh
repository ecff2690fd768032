#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# keep_report.sh FILE COMMAND...: runs a compiler and keeps what ptxas says of its kernels in FILE; all else that the
# compiler says is passed on, and so is its exit status.
file=$1
shift
said=$(mktemp) || exit 1
trap 'rm -f "$said"' EXIT
"$@" 2>"$said"
status=$?
kernel='^ptxas info|^ +[0-9]+ bytes stack frame'
grep -E "$kernel" "$said" >"$file"
grep -v -E "$kernel" "$said" >&2
exit "$status"
