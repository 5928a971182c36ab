#!/bin/sh
# Maven with a JDK 25, wherever the shell's own `java` points.
set -u
here=$(dirname "$0")
JAVA_HOME=$(sh "$here/../main/launcher/find-jdk.sh" --jdk) || exit 2
export JAVA_HOME
if ! command -v mvn >/dev/null 2>&1; then
  echo "assayer: Maven was not found on the PATH. Install Maven 3.8.7 or newer" \
    "(Debian: apt-get install maven; macOS: brew install maven)." >&2
  exit 2
fi
# Both silence JDK warnings about Maven's own libraries, not about ours.
MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS-}"
export MAVEN_OPTS
[ -t 1 ] || set -- -Dstyle.color=never "$@"
exec mvn -B -ntp "$@"
