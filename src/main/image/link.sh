#!/bin/sh
# In the image's build: links a Java runtime of just the modules that our jars name, gives every file
# one time, and makes the AOT cache at its final place.
set -eu
home=/opt/assayer
cd "$home"

# java.desktop: Micrometer names two classes of java.beans in code that we never reach. The training
# run below is a whole demo; what it reached must be there.
modules=$(jdeps --ignore-missing-deps --multi-release 25 --print-module-deps assayer.jar lib/*.jar |
  tail -n 1 | tr ',' '\n' | grep -vx java.desktop | tr '\n' ',')
# zip-0: an image's layers are compressed once more, and better, on their way.
jlink --add-modules "${modules%,}" --strip-native-commands --no-header-files --no-man-pages \
  --compress zip-0 --output jre
# Only `java` itself, no tools.
mkdir -p jre/bin
cp "$(dirname "$(readlink -f "$(command -v java)")")/java" jre/bin/java

# Readable by everybody, writable by nobody, all of one time: Java refuses a cache whose jars have
# another time than at its making.
chmod -R a+rX,a-w .
chmod 755 . jre
find . -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

aot=$home/assayer.aot
java=$home/jre/bin/java
# shellcheck disable=SC2086
java /build/InCluster.java \
  "$java" "@$home/jvm.options" "-XX:AOTCacheOutput=$aot" -jar "$home/assayer.jar" $AOT_TRAINING \
  </dev/null >/build/training.log 2>&1 && [ -s "$aot" ] || { cat /build/training.log >&2; exit 1; }
# AOTMode=on fails where a start would quietly do without the cache.
"$java" "@$home/jvm.options" "-XX:AOTCache=$aot" -XX:AOTMode=on -Xlog:aot=warning \
  -jar "$home/assayer.jar" --version

# What is code, for the comparison that Assayer makes of itself while it runs.
java /build/Checksums.java . assayer.jar assayer.aot jvm.options lib/*.jar >assayer.sha256

# Making the cache started a second Java; nothing else may start anything.
rm -f jre/lib/jspawnhelper jre/lib/jexec
