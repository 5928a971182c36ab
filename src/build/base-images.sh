#!/bin/sh
# Makes the two base images of the Dockerfile from Debian packages and the JDK that is installed here,
# for a place that has a package mirror and a Docker daemon but no image registry. Root only.
#   base-images.sh     prints JDK_IMAGE=… and RUNTIME_IMAGE=…, to be passed to `make image`
# Needs mmdebstrap (Debian: apt-get install mmdebstrap). Images that are there already are not made anew.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
suite=bookworm
jdk_image=localhost/assayer-base-jdk:25
runtime_image=localhost/assayer-base-runtime:$suite
docker=${DOCKER:-docker}

have() { $docker image inspect "$1" >/dev/null 2>&1; }

if ! have "$jdk_image" || ! have "$runtime_image"; then
  command -v mmdebstrap >/dev/null 2>&1 || {
    echo "base-images: mmdebstrap was not found (Debian: apt-get install mmdebstrap)." >&2
    exit 2
  }
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi

if ! have "$runtime_image"; then
  # Unpacked, never configured: glibc, its data, and no program at all.
  mmdebstrap --quiet --variant=extract --include=base-files,libc6,libgcc-s1,netbase,tzdata \
    "$suite" "$work/runtime" >&2
  rm -rf "$work/runtime/dev" "$work/runtime/usr/share/doc" "$work/runtime/usr/share/man" \
    "$work/runtime/usr/share/debconf" \
    "$work/runtime/usr/share/locale" "$work/runtime/usr/share/lintian" "$work/runtime/usr/share/bug" \
    "$work/runtime/var/cache" "$work/runtime/var/lib/apt" "$work/runtime/etc/apt" \
    "$work/runtime/etc/resolv.conf" "$work/runtime/etc/hostname" "$work/runtime/etc/update-motd.d"
  for folder in bin sbin usr/bin usr/sbin usr/lib/apt usr/lib/dpkg usr/lib/init; do
    rm -rf "${work:?}/runtime/$folder"
  done
  tar -C "$work/runtime" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -c . |
    $docker import --change 'ENV PATH=/opt/assayer/jre/bin' - "$runtime_image" >/dev/null
fi

if ! have "$jdk_image"; then
  jdk=$(JAVA_HOME=${JAVA_HOME-} sh "$here/../main/launcher/find-jdk.sh" --jdk)
  mmdebstrap --quiet --variant=essential "$suite" "$work/jdk" >&2
  mkdir -p "$work/jdk/opt/java"
  # Debian links its trusted certificates into the JDK: followed.
  cp -aL "$jdk" "$work/jdk/opt/java/openjdk"
  tar -C "$work/jdk" --exclude=./dev --sort=name --owner=0 --group=0 --numeric-owner -c . |
    $docker import --change 'ENV PATH=/opt/java/openjdk/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
      --change 'ENV JAVA_HOME=/opt/java/openjdk' - "$jdk_image" >/dev/null
fi

echo "JDK_IMAGE=$jdk_image"
echo "RUNTIME_IMAGE=$runtime_image"
