#!/bin/sh
# After the jar is built: puts the launcher beside it and makes the AOT cache.
#   assemble.sh COMMAND…   the run of Assayer whose classes the cache shall hold
set -eu
cd "$(dirname "$0")/../../target"

# A changed dependency version leaves its old jar behind; only what the class path lists ships.
for jar in lib/*.jar; do
  grep -qF "/${jar#lib/}" runtime-classpath.txt || rm -f "$jar"
done

cp ../src/main/launcher/find-jdk.sh lib/find-jdk.sh
cp ../src/main/launcher/jvm.options lib/jvm.options
# BouncyCastle is signed for a check that OpenJDK does not make; unread, its 7,500 manifest entries
# are 8 MiB less in memory.
"$(sh lib/find-jdk.sh --jdk)/bin/java" ../src/build/Unsign.java lib/bc*.jar
cp ../src/main/launcher/assayer assayer
chmod 755 assayer lib/find-jdk.sh

# What is code, for the comparison that Assayer makes of itself while it runs.
list() {
  "$(sh lib/find-jdk.sh --jdk)/bin/java" ../src/build/Checksums.java . \
    assayer assayer.jar assayer.aot lib/jvm.options lib/find-jdk.sh lib/*.jar >assayer.sha256
}

# Java refuses a cache when a jar's time, the JDK or a flag has changed: then, and only then, anew.
java_home=$(sh lib/find-jdk.sh)
stamp=$(printf '%s\n' "$*" "$java_home" && cat "$java_home/release" assayer lib/jvm.options ../src/build/InCluster.java)
if [ -f assayer.aot ] && [ "$stamp" = "$(cat assayer.aot.stamp 2>/dev/null)" ] &&
  [ -z "$(find assayer.jar lib -name '*.jar' -newer assayer.aot)" ]; then
  list
  exit 0
fi

rm -f assayer.aot assayer.aot.stamp assayer.sha256
started=$(date +%s)
if ! ASSAYER_JAVA_OPTS="-XX:AOTCacheOutput=assayer.aot" \
  "$(sh lib/find-jdk.sh --jdk)/bin/java" ../src/build/InCluster.java ./assayer "$@" \
  </dev/null >assayer.aot.log 2>&1 || [ ! -s assayer.aot ]; then
  cat assayer.aot.log >&2
  echo "assayer: making the AOT cache failed: the training run is above." >&2
  rm -f assayer.aot
  exit 1
fi
# AOTMode=on fails where the normal start would quietly do without the cache.
if ! ASSAYER_JAVA_OPTS="-XX:AOTMode=on -Xlog:aot=warning" ./assayer --version >assayer.aot.log 2>&1; then
  cat assayer.aot.log >&2
  echo "assayer: the AOT cache was made but Java refuses it." >&2
  exit 1
fi
printf '%s\n' "$stamp" >assayer.aot.stamp
list
echo "AOT cache made in $(($(date +%s) - started)) s."
