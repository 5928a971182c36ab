#!/bin/sh
# Runs the image of `make image` as a cluster would (read-only root, no capabilities, user 65532) and
# says its size, its start to ready and its memory.
#   image-test.sh [--reproducible]   and builds it once more without Docker's cache, comparing layers
set -eu
cd "$(dirname "$0")/../.."
docker=${DOCKER:-docker}
image=$(cat target/image.txt)
work=$(mktemp -d)
container=
end() {
  [ -z "$container" ] || $docker rm -f "$container" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap end EXIT
failed=0
fail() {
  echo "image-test: $*" >&2
  failed=1
}
hardened="--read-only --cap-drop ALL --security-opt no-new-privileges --user 65532:65532"
inspect() { $docker image inspect -f "$1" "$image"; }

# What is inside.
container=$($docker create "$image")
$docker export "$container" >"$work/root.tar"
$docker rm -f "$container" >/dev/null
container=
tar -tvf "$work/root.tar" >"$work/files.txt"
programs=$(awk '$1 ~ /^-.*x/ && $3 > 0 && $6 !~ /\.so(\.[0-9.]+)?$/ { print $6 }' "$work/files.txt")
[ "$programs" = opt/assayer/jre/bin/java ] || fail "programs beside Java: $programs"
links=$(awk '$1 ~ /^l/ && $6 ~ /(^|\/)s?bin\// { print $6, $8 }' "$work/files.txt")
[ -z "$links" ] || fail "links to programs: $links"
setuid=$(awk '$1 ~ /^-..[sS]/ || $1 ~ /^-.....[sS]/ { print $6 }' "$work/files.txt")
[ -z "$setuid" ] || fail "setuid or setgid: $setuid"
ours=$(awk '$6 ~ /^opt\/assayer/ && ($1 ~ /^-.*w/ || $2 !~ /^(0\/0|root\/root)$/) { print $6 }' "$work/files.txt")
[ -z "$ours" ] || fail "not root's, or may be written: $ours"
tar -xOf "$work/root.tar" opt/assayer/assayer.cdx.json | grep -q '"bomFormat" *: *"CycloneDX"' ||
  fail "no bill of materials inside"

# What it says of itself.
[ "$(inspect '{{.Config.User}}')" = 65532:65532 ] || fail "user $(inspect '{{.Config.User}}')"
for label in title licenses version revision created; do
  [ -n "$(inspect "{{index .Config.Labels \"org.opencontainers.image.$label\"}}")" ] || fail "no label $label"
done

# shellcheck disable=SC2086
run() { $docker run --rm --network none $hardened "$@"; }
run "$image" --version >/dev/null || fail "--version"
for shell in sh /bin/sh bash /busybox/sh; do
  if run --entrypoint "$shell" "$image" -c true >/dev/null 2>&1; then fail "there is a shell: $shell"; fi
done
run -e JDK_JAVA_OPTIONS=-XX:AOTMode=on "$image" --version >"$work/aot" 2>&1 ||
  { fail "Java refuses the AOT cache"; cat "$work/aot" >&2; }
# The webhook, with nothing to write to but /tmp.
cat >"$work/assayer.yaml" <<'YAML'
apiVersion: assayer.dev/v1
webhook: {tls: {certificateFile: tls.crt, keyFile: tls.key}}
validators: [{name: default, type: static, approve: false}]
policy: [{pattern: "*:*"}]
YAML
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=image-test \
  -addext subjectAltName=DNS:localhost -keyout "$work/tls.key" -out "$work/tls.crt" 2>/dev/null
chmod 755 "$work" && chmod 644 "$work"/tls.* "$work/assayer.yaml"

starts=
spent=
for round in 1 2 3 4 5; do
  # shellcheck disable=SC2086
  container=$($docker run -d $hardened --tmpfs /tmp:exec,size=64m --memory 512m --cpus 2 \
    -e JDK_JAVA_OPTIONS=-XX:AOTMode=on -v "$work:/etc/assayer:ro" -e ASSAYER_CONFIG=/etc/assayer/assayer.yaml \
    "$image")
  waited=0
  until $docker logs "$container" 2>/dev/null | grep -q '"message":"ready"'; do
    waited=$((waited + 1))
    if [ "$waited" -gt 300 ] || [ "$($docker inspect -f '{{.State.Running}}' "$container")" != true ]; then
      $docker logs "$container" >&2
      fail "did not become ready"
      exit 1
    fi
    sleep 0.1
  done
  begun=$(date -d "$($docker inspect -f '{{.State.StartedAt}}' "$container")" +%s%3N)
  ready=$($docker logs "$container" 2>/dev/null | sed -n '/"message":"ready"/s/.*"@timestamp":"\([^"]*\)".*/\1/p' | head -n 1)
  starts="$starts $(($(date -d "$ready" +%s%3N) - begun))"
  # What it took of the processors says more than the clock on a busy machine; local daemons only.
  pid=$($docker inspect -f '{{.State.Pid}}' "$container")
  ticks=$(cut -d ' ' -f 14-15 "/proc/$pid/stat" 2>/dev/null | tr ' ' '+')
  [ -z "$ticks" ] || spent="$spent $((($ticks) * 1000 / $(getconf CLK_TCK)))"
  if [ "$round" -eq 5 ]; then
    sleep 12
    memory=$($docker top "$container" -o pid,rss | awk 'NR == 2 { print int($2 / 1024) }')
  fi
  $docker stop -t 20 "$container" >/dev/null
  code=$($docker inspect -f '{{.State.ExitCode}}' "$container")
  [ "$code" -eq 0 ] || fail "told to end, it ended with $code"
  $docker rm -f "$container" >/dev/null
  container=
done

# shellcheck disable=SC2086
median=$(printf '%s\n' $starts | sort -n | sed -n 3p)
# shellcheck disable=SC2086
processor=$(printf '%s\n' $spent | sort -n | sed -n 3p)
size=$(($(inspect '{{.Size}}') / 1048576))
gzipped=$($docker save "$image" | gzip -6 | wc -c)
echo "image-test: $size MiB ($((gzipped / 1048576)) MiB compressed), start to ready median $median ms" \
  "(of$starts), processor time ${processor:-unknown} ms, resident $memory MiB when idle"

if [ "${1-}" = --reproducible ]; then
  layers() { $docker image inspect -f '{{range .RootFS.Layers}}{{println .}}{{end}}' "$1" | grep .; }
  layers "$image" >"$work/first"
  IMAGE=$image-again DOCKER_BUILD_ARGS="--no-cache" sh src/build/image.sh >"$work/build.log" 2>&1 ||
    { cat "$work/build.log" >&2; fail "the second build"; exit 1; }
  printf '%s\n' "$image" >target/image.txt
  layers "$image-again" >"$work/second"
  same=$(grep -cxFf "$work/first" "$work/second" || true)
  all=$(wc -l <"$work/first" | tr -d ' ')
  $docker rmi "$image-again" >/dev/null
  # The last layer is the AOT cache: see docs/image.md.
  [ "$(head -n -1 "$work/first")" = "$(head -n -1 "$work/second")" ] ||
    { fail "two builds differ in more than the AOT cache's layer"; diff "$work/first" "$work/second" >&2; }
  echo "image-test: two builds have $same of $all layers in common."
fi
[ "$failed" -eq 0 ] && echo "image-test: the image does what it should."
exit "$failed"
