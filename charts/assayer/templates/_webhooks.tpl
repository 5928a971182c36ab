{{/* A webhook object of two entries; dict "root" $ "kind" "Mutating" "path" "mutate". */}}
{{- define "assayer.webhooks" -}}
{{- $root := .root -}}
{{- $open := include "assayer.failOpenNamespaces" $root | fromJsonArray -}}
apiVersion: admissionregistration.k8s.io/v1
kind: {{ .kind }}WebhookConfiguration
metadata:
  name: {{ include "assayer.fullname" $root }}
  labels:
    {{- include "assayer.labels" (dict "root" $root "component" "webhook") | nindent 4 }}
  {{- if or $root.Values.webhook.annotations (eq $root.Values.tls.mode "certManager") }}
  annotations:
    {{- if eq $root.Values.tls.mode "certManager" }}
    cert-manager.io/inject-ca-from: {{ $root.Release.Namespace }}/{{ include "assayer.fullname" $root }}
    {{- end }}
    {{- with $root.Values.webhook.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
webhooks:
  # Without an answer nothing starts.
  - name: {{ .path }}.assayer.dev
    failurePolicy: Fail
    namespaceSelector:
      matchExpressions:
        - key: kubernetes.io/metadata.name
          operator: NotIn
          values: {{ prepend $open $root.Release.Namespace | toJson }}
    {{- include "assayer.webhookEntry" . | nindent 4 }}
  # What must start for Assayer to start: verified, but not kept waiting for it.
  - name: {{ .path }}-ignored.assayer.dev
    failurePolicy: Ignore
    namespaceSelector:
      matchExpressions:
        - key: kubernetes.io/metadata.name
          operator: In
          values: {{ $open | toJson }}
    {{- include "assayer.webhookEntry" . | nindent 4 }}
{{- end -}}

{{- define "assayer.webhookEntry" -}}
{{- $root := .root -}}
admissionReviewVersions: [v1]
clientConfig:
  service:
    name: {{ include "assayer.fullname" $root }}
    namespace: {{ $root.Release.Namespace }}
    path: /{{ .path }}
    port: {{ $root.Values.service.port }}
matchPolicy: Equivalent
objectSelector: {}
{{- if eq .kind "Mutating" }}
reinvocationPolicy: IfNeeded
{{- end }}
# Records and alerts are effects; a dry run has none but its record.
sideEffects: NoneOnDryRun
timeoutSeconds: {{ $root.Values.webhook.timeoutSeconds }}
rules:
  - apiGroups: [""]
    apiVersions: [v1]
    resources: [pods, pods/ephemeralcontainers, replicationcontrollers]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  - apiGroups: [apps]
    apiVersions: [v1]
    resources: [deployments, replicasets, statefulsets, daemonsets]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  - apiGroups: [batch]
    apiVersions: [v1]
    resources: [jobs, cronjobs]
    operations: [CREATE, UPDATE]
    scope: Namespaced
  {{- range $root.Values.webhook.extraRules }}
  - apiGroups: {{ toJson .apiGroups }}
    apiVersions: {{ toJson .apiVersions }}
    resources: {{ toJson .resources }}
    operations: [CREATE, UPDATE]
    scope: Namespaced
  {{- end }}
{{- end -}}
