#!/bin/sh
# Installs, upgrades and removes Assayer in a cluster: cluster.sh install|upgrade|uninstall|annihilate
# From the environment (make passes it on):
#   CONTEXT     the kubectl context, always named: none is ever taken for granted or switched to
#   NAMESPACE   default assayer      RELEASE   default assayer
#   VALUES      a file of values     HELM_ARGS more arguments of helm install and upgrade
#   TIMEOUT     default 5m           HELM, KUBECTL   the programs
set -eu
cd "$(dirname "$0")/../.."
verb=${1:?usage: cluster.sh install|upgrade|uninstall|annihilate}
namespace=${NAMESPACE:-assayer}
release=${RELEASE:-assayer}
context=${CONTEXT-}
chart=charts/assayer
timeout=${TIMEOUT:-5m}
ours=assayer.dev/made-by-make

for program in "${HELM:=helm}" "${KUBECTL:=kubectl}"; do
  command -v "$program" >/dev/null 2>&1 || {
    echo "$verb: $program was not found on the PATH." >&2
    exit 2
  }
done
if [ -z "$context" ]; then
  current=$("$KUBECTL" config current-context 2>/dev/null || echo none)
  echo "$verb: name the cluster: make $verb CONTEXT=…  (kubectl's current context is: $current)" >&2
  exit 2
fi
if [ "$namespace" = kube-system ] || [ "$namespace" = default ]; then
  echo "$verb: Assayer needs a namespace of its own, not $namespace." >&2
  exit 2
fi
# The chart's rule for names.
case $release in
  *assayer*) name=$release ;;
  *) name=$release-assayer ;;
esac

k() { "$KUBECTL" --context "$context" "$@"; }
h() {
  command=$1
  shift
  "$HELM" "$command" --kube-context "$context" --namespace "$namespace" "$@"
}
server=$("$KUBECTL" config view --minify --context "$context" -o 'jsonpath={.clusters[0].cluster.server}') || exit 2
echo "$verb: release $release, namespace $namespace, context $context ($server)"

# What the API server holds of this release outside its namespace. The webhooks come first: with them
# gone nothing is held up, whatever happens to the rest.
remove_webhooks() {
  k delete --ignore-not-found --wait=false \
    "mutatingwebhookconfiguration/$name" "validatingwebhookconfiguration/$name"
}

case $verb in
  install | upgrade)
    if ! k get namespace "$namespace" >/dev/null 2>&1; then
      [ "$verb" = install ] || { echo "upgrade: there is no namespace $namespace." >&2; exit 1; }
      k create namespace "$namespace"
      k label namespace "$namespace" "$ours=true" \
        pod-security.kubernetes.io/enforce=restricted pod-security.kubernetes.io/warn=restricted
    fi
    set -- "$release" "$chart" --wait --timeout "$timeout"
    [ -z "${VALUES-}" ] || set -- "$@" --values "$VALUES"
    # shellcheck disable=SC2086
    h "$verb" "$@" ${HELM_ARGS-}
    ;;
  uninstall)
    h uninstall "$release" --wait --timeout "$timeout"
    echo "uninstall: namespace $namespace stays, with what is not the chart's (volumes of the log among it)."
    ;;
  annihilate)
    # For an installation that is whole, half there or broken: nothing here needs a pod of ours to run.
    remove_webhooks
    h uninstall "$release" --no-hooks --ignore-not-found --timeout "$timeout" ||
      echo "annihilate: helm could not; going on without it." >&2
    selector=app.kubernetes.io/instance=$release,app.kubernetes.io/part-of=assayer
    for kind in validatingadmissionpolicybinding validatingadmissionpolicy clusterrolebinding clusterrole; do
      k delete "$kind" -l "$selector" --ignore-not-found
    done
    for kind in role rolebinding; do
      k delete "$kind" --all-namespaces -l "$selector" --ignore-not-found
    done
    if k get namespace "$namespace" >/dev/null 2>&1; then
      for kind in deployment statefulset job pod service networkpolicy poddisruptionbudget \
        horizontalpodautoscaler configmap secret serviceaccount lease persistentvolumeclaim; do
        k --namespace "$namespace" delete "$kind" -l "app.kubernetes.io/instance=$release" --ignore-not-found
      done
      k --namespace "$namespace" delete secret -l "owner=helm,name=$release" --ignore-not-found
      k --namespace "$namespace" delete lease "$name-leader" --ignore-not-found
      if [ "$(k get namespace "$namespace" -o "jsonpath={.metadata.labels.assayer\.dev/made-by-make}")" = true ]; then
        k delete namespace "$namespace" --timeout "$timeout" || left=1
      else
        echo "annihilate: namespace $namespace was not made by make install, and stays."
      fi
    fi
    # A hook that was under way may have made them again.
    remove_webhooks
    [ -z "${left-}" ] || { echo "annihilate: namespace $namespace is not gone yet." >&2; exit 1; }
    ;;
  *)
    echo "usage: cluster.sh install|upgrade|uninstall|annihilate" >&2
    exit 2
    ;;
esac
