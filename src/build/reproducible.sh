#!/bin/sh
# Builds the same sources a second time, in another directory, and compares the jars byte by byte.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
first="$root/target/assayer.jar"
[ -f "$first" ] || { echo "reproducible: run make build first." >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$root" && tar -cf - --exclude=./target --exclude=./.git .) | (cd "$work" && tar -xf -)
# Static analysis has been done; that it leaves no trace in the jar shows here too.
(cd "$work" && sh src/build/mvn.sh -q -o -Dmaven.test.skip=true -Dmain.checker=-Xdiags:verbose package)
if ! cmp "$first" "$work/target/assayer.jar"; then
  echo "reproducible: two builds of the same sources differ; if they do after make clean too:" >&2
  echo "  which bytes a build writes must not depend on time, place or order." >&2
  exit 1
fi
echo "reproducible: two builds gave the same $(wc -c <"$first" | tr -d ' ') bytes."
