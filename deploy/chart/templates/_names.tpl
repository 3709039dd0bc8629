{{/* The release's name, with "headgate" in it. */}}
{{- define "headgate.name" -}}
{{- if contains "headgate" .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-headgate" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "headgate.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* What finds the controller's Pods, and nothing of a data plane. */}}
{{- define "headgate.selector" -}}
app.kubernetes.io/name: headgate
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end -}}

{{- define "headgate.labels" -}}
{{ include "headgate.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: headgate
{{- if ne .Release.Service "Helm" }}
{{- else }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
{{- end -}}

{{/* Objects without a namespace: a second release must not take those of the first. */}}
{{- define "headgate.clusterName" -}}
{{- if eq .Release.Namespace "headgate-system" -}}
{{- include "headgate.name" . -}}
{{- else -}}
{{- printf "%s-%s" .Release.Namespace (include "headgate.name" .) -}}
{{- end -}}
{{- end -}}

{{/* As the controller names its Lease: controllers of another name lead by themselves. */}}
{{- define "headgate.leaseName" -}}
{{- .Values.controllerName | lower | replace "/" "-" -}}
{{- end -}}
