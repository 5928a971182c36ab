#!/bin/sh
# In the image's build: one folder for each layer of the image, laid out from the root, each entry with
# the same time and owner, so that equal contents make equal layers.
set -eu
home=/opt/assayer

lay() {
  into=/layers/$1$home
  shift
  mkdir -p "$into"
  for name; do mv "$home/$name" "$into/"; done
}

lay runtime jre
lay libraries lib
lay application LICENSE jvm.options assayer.jar assayer.cdx.json
lay aot assayer.aot assayer.sha256
chmod a+r,a-w /layers/aot$home/*
find /layers -type d -exec chmod 755 {} +
find /layers -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
