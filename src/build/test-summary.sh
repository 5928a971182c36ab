#!/bin/sh
# Sums up the test reports. With CI=true a skipped or aborted test fails the build: a server that
# could not be installed must not turn into a test that nobody ran.
set -u
cd "$(dirname "$0")/../.." || exit 1
reports=target/surefire-reports
if ! ls "$reports"/TEST-*.xml >/dev/null 2>&1; then
  echo "tests: no reports in $reports: nothing was run." >&2
  exit 1
fi
awk -v ci="${CI-}" '
  function attribute(name,   at, rest) {
    at = index($0, " " name "=\"")
    if (at == 0) return ""
    rest = substr($0, at + length(name) + 3)
    return substr(rest, 1, index(rest, "\"") - 1)
  }
  /<testsuite / {
    classes++
    tests += attribute("tests"); failures += attribute("failures")
    errors += attribute("errors"); skips += attribute("skipped"); seconds += attribute("time")
  }
  /<testcase / { current = attribute("classname") "." attribute("name") }
  /<skipped/ {
    why = attribute("message")
    skipped[++listed] = current (why == "" ? "" : ": " why)
  }
  END {
    printf "tests: %d in %d classes, %d failed, %d errors, %d skipped, %.1f s\n", \
      tests, classes, failures, errors, skips, seconds
    for (i = 1; i <= listed; i++) print "tests: skipped: " skipped[i]
    if (tests == 0) { print "tests: none was run."; exit 1 }
    if (failures + errors > 0) exit 1
    if (skips > 0 && ci == "true") { print "tests: CI=true, where no test may be skipped."; exit 1 }
  }' "$reports"/TEST-*.xml
