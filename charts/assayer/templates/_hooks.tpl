{{/* What pods of hooks and the sentinel have in common. */}}
{{- define "assayer.hookPod" -}}
serviceAccountName: {{ include "assayer.fullname" . }}-hooks
automountServiceAccountToken: true
enableServiceLinks: false
terminationGracePeriodSeconds: 10
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
priorityClassName: {{ .Values.deployment.priorityClassName | quote }}
securityContext:
  {{- include "assayer.podSecurity" . | nindent 2 }}
{{- with .Values.deployment.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.deployment.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: tls
    secret:
      secretName: {{ include "assayer.tlsSecret" . }}
      # The authority's certificate is all they need. Uninstalling works without.
      optional: true
      defaultMode: 0440
      items: [{key: ca.crt, path: ca.crt}]
  - name: tmp
    emptyDir: {sizeLimit: 64Mi}
{{- end -}}

{{- define "assayer.hookContainer" -}}
image: {{ include "assayer.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- include "assayer.containerSecurity" . | nindent 2 }}
env:
  {{- include "assayer.environment" . | nindent 2 }}
resources:
  {{- toYaml .Values.hooks.resources | nindent 2 }}
volumeMounts:
  - {name: tls, mountPath: /etc/assayer/tls, readOnly: true}
  - {name: tmp, mountPath: /tmp}
{{- end -}}
