{{/* Names and labels. */}}

{{- define "assayer.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "assayer.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* What never changes, for selectors; dict "root" $ "component" "webhook". */}}
{{- define "assayer.selector" -}}
app.kubernetes.io/name: {{ include "assayer.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "assayer.labels" -}}
{{ include "assayer.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: assayer
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
assayer.dev/release: {{ include "assayer.fullname" .root }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The image: tag and digest where a digest is given, so that people can read it. */}}
{{- define "assayer.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag -}}
{{- printf "%s:%s" .Values.image.repository $tag -}}
{{- with .Values.image.digest }}@{{ . }}{{ end -}}
{{- end -}}

{{- define "assayer.tlsSecret" -}}
{{- if eq .Values.tls.mode "secret" -}}
{{- required "tls.existingSecret: name the Secret with tls.crt, tls.key and ca.crt, or choose another tls.mode" .Values.tls.existingSecret -}}
{{- else -}}
{{- include "assayer.fullname" . }}-tls
{{- end -}}
{{- end -}}

{{- define "assayer.stateSecret" -}}
{{- default (printf "%s-state" (include "assayer.fullname" .)) .Values.state.existingSecret -}}
{{- end -}}

{{/* memory, kubernetes (the default here, since replicas are several) or valkey. */}}
{{- define "assayer.stateType" -}}
{{- $state := default "kubernetes" (get .Values.config "state") -}}
{{- if kindIs "string" $state -}}{{ $state }}{{- else -}}{{ default "kubernetes" $state.type }}{{- end -}}
{{- end -}}

{{/* Where the audit log is: on a volume of the replica, or in an emptyDir that ends with the pod. */}}
{{- define "assayer.auditDirectory" -}}
{{- $written := dig "audit" "directory" "" .Values.config -}}
{{- default "/var/lib/assayer/audit" $written -}}
{{- end -}}

{{- define "assayer.port" -}}
{{- dig "webhook" "port" 8443 .Values.config -}}
{{- end -}}

{{- define "assayer.adminPort" -}}
{{- dig "admin" "port" 9090 .Values.config -}}
{{- end -}}

{{/* Secrets of the own namespace that validators name, sorted, as a JSON list. */}}
{{- define "assayer.credentialSecrets" -}}
{{- $names := list -}}
{{- range .Values.config.validators -}}
{{- with dig "auth" "secretName" "" . -}}{{- $names = append $names . -}}{{- end -}}
{{- end -}}
{{- $names | uniq | sortAlpha | toJson -}}
{{- end -}}

{{/* Namespaces that must start without Assayer, sorted, as a JSON list; never the own one. */}}
{{- define "assayer.failOpenNamespaces" -}}
{{- without (concat (list "kube-system") .Values.webhook.ignoreNamespaces | uniq) .Release.Namespace | sortAlpha | toJson -}}
{{- end -}}

{{- define "assayer.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "assayer.containerSecurity" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* What every process of ours learns from the cluster. */}}
{{- define "assayer.environment" -}}
- name: ASSAYER_RELEASE
  value: {{ include "assayer.fullname" . }}
- name: ASSAYER_POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: ASSAYER_POD_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: ASSAYER_POD_UID
  valueFrom: {fieldRef: {fieldPath: metadata.uid}}
- name: ASSAYER_NODE_NAME
  valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
- name: ASSAYER_SERVICE_ACCOUNT
  valueFrom: {fieldRef: {fieldPath: spec.serviceAccountName}}
- name: ASSAYER_CA_FILE
  value: /etc/assayer/tls/ca.crt
{{- end -}}

{{/* Values that no schema can check. */}}
{{- define "assayer.check" -}}
{{- if eq .Release.Namespace "kube-system" -}}
{{- fail "namespace: install Assayer into a namespace of its own, not kube-system, whose pods must start without it" -}}
{{- end -}}
{{- if and (eq (include "assayer.stateType" .) "valkey") (not .Values.valkey.existingSecret) (not (dig "state" "passwordFile" "" .Values.config)) -}}
{{- fail "valkey.existingSecret: name the Secret with the password of config.state.uri; a Valkey without one is open to every pod" -}}
{{- end -}}
{{- if and .Values.valkey.caKey (not .Values.valkey.existingSecret) -}}
{{- fail "valkey.caKey: name the Secret that holds it in valkey.existingSecret" -}}
{{- end -}}
{{- if and .Values.persistence.enabled .Values.autoscaling.enabled (lt (int .Values.autoscaling.minReplicas) 2) -}}
{{- fail "autoscaling.minReplicas: give 2 or more" -}}
{{- end -}}
{{- end -}}
