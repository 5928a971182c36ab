#!/bin/sh
# The launcher as a user meets it: other directories, links, no cache, wrong arguments.
set -u
target=$(cd "$(dirname "$0")/../../target" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# expect NAME CODE COMMAND… : runs it in $work; its output stays in $work/out and $work/err
expect() {
  name=$1 code=$2
  shift 2
  (cd "$work" && "$@" >out 2>err </dev/null)
  got=$?
  if [ "$got" -ne "$code" ]; then
    echo "smoke: $name: exit code $got, expected $code" >&2
    cat "$work/out" "$work/err" >&2
    failed=1
  fi
}
contains() {
  grep -q -- "$2" "$work/$1" || { echo "smoke: $name: '$2' is not in std$1" >&2; failed=1; }
}
silent() {
  [ ! -s "$work/err" ] || { echo "smoke: $name: unexpected on stderr:" >&2; cat "$work/err" >&2; failed=1; }
}

expect "version from another directory" 0 "$target/assayer" --version
contains out "assayer"; silent
expect "help" 0 "$target/assayer" --help
contains out "Usage: assayer"; silent
expect "an unknown option is a usage error" 2 "$target/assayer" --no-such-option

expect "an argument with spaces and stars stays one" 2 "$target/assayer" "--no such * option"
contains err "no such \* option"
expect "a negative number is a usage error" 2 "$target/assayer" demo --more=-1
contains err "give a number from 0 on"
expect "options for the JVM arrive" 0 \
  env ASSAYER_JAVA_OPTS="-XX:+PrintFlagsFinal -Xmx77m" "$target/assayer" --version
contains out "MaxHeapSize  *= 8"

if command -v bash >/dev/null 2>&1; then
  # shellcheck disable=SC2016
  expect "the completion script is one" 0 sh -c '"$0" completion bash | bash -n' "$target/assayer"
  silent
fi

ln -s "$target/assayer" "$work/link" && ln -s link "$work/link to link"
expect "through a relative link to a link" 0 "./link to link" --version
contains out "assayer"; silent

expect "the AOT cache is the one Java wants" 0 \
  env ASSAYER_JAVA_OPTS="-XX:AOTMode=on" "$target/assayer" --version
silent
expect "a JAVA_HOME that is not 25 is passed over" 0 env JAVA_HOME=/nonexistent "$target/assayer" --version
silent

# A copy elsewhere, in a path with a space, first with a damaged cache and then with none.
copy="$work/a copy"
mkdir "$copy" && cp -pR "$target/assayer" "$target/assayer.jar" "$target/lib" "$copy"
head -c 4096 "$target/assayer.aot" >"$copy/assayer.aot"
expect "a damaged AOT cache is passed over in silence" 0 "$copy/assayer" --version
contains out "assayer"; silent
rm "$copy/assayer.aot"
expect "no AOT cache" 0 "$copy/assayer" --version
contains out "assayer"; silent

[ "$failed" -eq 0 ] && echo "smoke: the launcher does what it should."
exit "$failed"
