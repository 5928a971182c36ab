#!/bin/sh
# Prints the home of a Java 25 installation, or says on stderr what to install and exits 2.
#   find-jdk.sh          any Java 25 runtime
#   find-jdk.sh --jdk    one that can compile
# Nothing is run to learn a version: the `release` file every JDK carries says it.
set -u

needed=java
[ "${1-}" = "--jdk" ] && needed=javac

accept() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/$needed" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=\"25\"* | JAVA_VERSION=\"25.* | JAVA_VERSION=\"25-* | JAVA_VERSION=\"25+*)
        printf '%s\n' "$1"
        exit 0
        ;;
    esac
  done <"$1/release"
  return 1
}

# The home behind a `java` on the PATH, which is often a chain of symbolic links.
home_of() {
  file=$1
  while [ -L "$file" ]; do
    link=$(readlink "$file")
    case $link in
      /*) file=$link ;;
      *) file=${file%/*}/$link ;;
    esac
  done
  (cd -P "${file%/*}/.." 2>/dev/null && pwd)
}

[ -n "${JAVA_HOME-}" ] && accept "$JAVA_HOME"

on_path=$(command -v java 2>/dev/null) && home=$(home_of "$on_path") && accept "$home"

for home in /usr/lib/jvm/* /opt/* /opt/java/* "${HOME-}"/.sdkman/candidates/java/* \
  "${HOME-}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  accept "$home"
done

if [ -x /usr/libexec/java_home ]; then
  home=$(/usr/libexec/java_home -v 25 2>/dev/null) && accept "$home"
fi

what="a Java 25 runtime"
[ "$needed" = javac ] && what="a JDK 25"
cat >&2 <<MESSAGE
assayer: $what was not found.
  Looked at: JAVA_HOME (${JAVA_HOME:-not set}), java on PATH (${on_path:-none}), /usr/lib/jvm, /opt,
  ~/.sdkman/candidates/java, ~/.jdks and /Library/Java/JavaVirtualMachines.
  Install one (Debian: openjdk-25-jdk or temurin-25-jdk; macOS: brew install openjdk@25;
  SDKMAN: sdk install java 25-tem), or set JAVA_HOME to where it is.
MESSAGE
exit 2
