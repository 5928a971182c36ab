{{/*
The configuration file, as it stands in the ConfigMap: the values' `config`, and what the chart knows
better: where HMAC key, password, authorities and audit log are.
*/}}
{{- define "assayer.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- $type := include "assayer.stateType" . -}}
{{- if ne $type "memory" -}}
{{- $state := dict "type" $type -}}
{{- if kindIs "map" (get $config "state") -}}{{- $state = merge $config.state $state -}}{{- end -}}
{{- $known := dict "hmacKeyFile" "/etc/assayer/state/hmac.key" -}}
{{- if and (eq $type "valkey") .Values.valkey.existingSecret -}}
{{- $_ := set $known "passwordFile" "/etc/assayer/valkey/password" -}}
{{- if .Values.valkey.caKey -}}{{- $_ := set $known "caFile" "/etc/assayer/valkey/ca.crt" -}}{{- end -}}
{{- end -}}
{{- $_ := set $config "state" (merge $state $known) -}}
{{- end -}}
{{- with include "assayer.auditDirectory" . -}}
{{- $audit := default (dict) (get $config "audit") -}}
{{- $_ := set $audit "directory" . -}}
{{- /* A pod whose emptyDir grows beyond its limit is evicted: retention stays well below. */ -}}
{{- $retention := default (dict) (get $audit "retention") -}}
{{- if not (or $.Values.persistence.enabled (hasKey $retention "size")) -}}
{{- $_ := set $audit "retention" (merge (dict "size" "512Mi") $retention) -}}
{{- end -}}
{{- $_ := set $config "audit" $audit -}}
{{- end -}}
{{- toYaml $config }}
{{ end -}}

{{/* Files of trust material that the configuration refers to, by name as written, sorted, as JSON. */}}
{{- define "assayer.referencedFiles" -}}
{{- $names := list -}}
{{- range $i, $validator := .Values.config.validators -}}
{{- with get $validator "trustedRootFile" -}}{{- $names = append $names . -}}{{- end -}}
{{- range $root := default (list) (get $validator "trustRoots") -}}
{{- with get $root "keyFile" -}}{{- $names = append $names . -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- $names | uniq | sortAlpha | toJson -}}
{{- end -}}

{{/*
The policy digest, hex, as Assayer computes it (docs/configuration.md, "Digests"): sha256 of the file,
or, when it refers to trust material, of the file and of those files, each after a line with its name
and its length in bytes.
*/}}
{{- define "assayer.configDigest" -}}
{{- $config := include "assayer.config" . -}}
{{- $names := include "assayer.referencedFiles" . | fromJsonArray -}}
{{- if not $names -}}
{{- $config | sha256sum -}}
{{- else -}}
{{- $framed := printf "config %d\n%s\n" (len $config) $config -}}
{{- range $name := $names -}}
{{- if not (hasKey $.Values.files $name) -}}
{{- fail (printf "files: config refers to %q, which is not there; put its content under files (public keys are no secrets), or write it as key" $name) -}}
{{- end -}}
{{- $content := get $.Values.files $name -}}
{{- $framed = printf "%s%s %d\n%s\n" $framed $name (len $content) $content -}}
{{- end -}}
{{- $framed | sha256sum -}}
{{- end -}}
{{- end -}}

{{/* Everything in the ConfigMap, so that its name changes with whatever is in it. */}}
{{- define "assayer.configData" -}}
{{- $data := dict "assayer.yaml" (include "assayer.config" .) -}}
{{- range $name, $content := .Values.files -}}{{- $_ := set $data $name $content -}}{{- end -}}
{{- toYaml $data -}}
{{- end -}}

{{- define "assayer.configName" -}}
{{- printf "%s-config-%s" (include "assayer.fullname" .) (include "assayer.configData" . | sha256sum | trunc 10) -}}
{{- end -}}
