{{/* The replicas' pod template, for Deployment and StatefulSet. */}}
{{- define "assayer.podTemplate" -}}
{{- $directory := include "assayer.auditDirectory" . -}}
{{- $state := include "assayer.stateType" . -}}
metadata:
  labels:
    {{- include "assayer.labels" (dict "root" . "component" "webhook") | nindent 4 }}
    {{- with .Values.deployment.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: assayer
    {{- with .Values.deployment.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "assayer.fullname" . }}
  automountServiceAccountToken: true
  enableServiceLinks: false
  {{- with .Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  priorityClassName: {{ .Values.deployment.priorityClassName | quote }}
  terminationGracePeriodSeconds: {{ .Values.deployment.terminationGracePeriodSeconds }}
  securityContext:
    {{- include "assayer.podSecurity" . | nindent 4 }}
  {{- with .Values.deployment.hostAliases }}
  hostAliases:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.deployment.dnsConfig }}
  dnsConfig:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.deployment.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.deployment.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.deployment.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    {{- if .Values.deployment.topologySpreadConstraints }}
    {{- toYaml .Values.deployment.topologySpreadConstraints | nindent 4 }}
    {{- else }}
    {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "assayer.selector" (dict "root" $ "component" "webhook") | nindent 10 }}
    {{- end }}
    {{- end }}
  containers:
    - name: assayer
      image: {{ include "assayer.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: [serve]
      securityContext:
        {{- include "assayer.containerSecurity" . | nindent 8 }}
      env:
        - name: ASSAYER_CONFIG
          value: /etc/assayer/config/assayer.yaml
        - name: ASSAYER_CONFIG_SHA256
          value: {{ include "assayer.configDigest" . | quote }}
        {{- include "assayer.environment" . | nindent 8 }}
        {{- with .Values.deployment.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      ports:
        - name: https
          containerPort: {{ include "assayer.port" . }}
          protocol: TCP
        - name: admin
          containerPort: {{ include "assayer.adminPort" . }}
          protocol: TCP
      startupProbe:
        httpGet: {path: /health/started, port: admin}
        periodSeconds: 1
        failureThreshold: 120
        timeoutSeconds: 2
      livenessProbe:
        httpGet: {path: /health/live, port: admin}
        periodSeconds: 10
        failureThreshold: 3
        timeoutSeconds: 5
      readinessProbe:
        httpGet: {path: /health/ready, port: admin}
        periodSeconds: 2
        failureThreshold: 2
        timeoutSeconds: 2
      resources:
        {{- toYaml .Values.deployment.resources | nindent 8 }}
      volumeMounts:
        - {name: config, mountPath: /etc/assayer/config, readOnly: true}
        - {name: tls, mountPath: /etc/assayer/tls, readOnly: true}
        - {name: tmp, mountPath: /tmp}
        {{- if ne $state "memory" }}
        - {name: state, mountPath: /etc/assayer/state, readOnly: true}
        {{- end }}
        {{- if and (eq $state "valkey") .Values.valkey.existingSecret }}
        - {name: valkey, mountPath: /etc/assayer/valkey, readOnly: true}
        {{- end }}
        {{- if $directory }}
        - {name: audit, mountPath: {{ $directory | quote }}}
        {{- end }}
        {{- with .Values.deployment.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ include "assayer.configName" . }}
    - name: tls
      secret:
        secretName: {{ include "assayer.tlsSecret" . }}
        defaultMode: 0440
    - name: tmp
      emptyDir: {sizeLimit: 64Mi}
    {{- if ne $state "memory" }}
    - name: state
      secret:
        secretName: {{ include "assayer.stateSecret" . }}
        defaultMode: 0440
        items: [{key: hmac.key, path: hmac.key}]
    {{- end }}
    {{- if and (eq $state "valkey") .Values.valkey.existingSecret }}
    - name: valkey
      secret:
        secretName: {{ .Values.valkey.existingSecret }}
        defaultMode: 0440
        items:
          - {key: {{ .Values.valkey.passwordKey | quote }}, path: password}
          {{- with .Values.valkey.caKey }}
          - {key: {{ . | quote }}, path: ca.crt}
          {{- end }}
    {{- end }}
    {{- if and $directory (not .Values.persistence.enabled) }}
    - name: audit
      emptyDir: {sizeLimit: {{ .Values.persistence.spoolSize }}}
    {{- end }}
    {{- with .Values.deployment.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}
