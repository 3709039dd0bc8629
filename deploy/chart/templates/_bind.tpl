{{/* What every right of the controller is given by: a binding of the role of the same name to its ServiceAccount. */}}
{{- define "headgate.bind" -}}
{{- $ := .root -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ if .namespace }}RoleBinding{{ else }}ClusterRoleBinding{{ end }}
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels: {{- include "headgate.labels" $ | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind | default (ternary "Role" "ClusterRole" (not (empty .namespace))) }}
  name: {{ .name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "headgate.name" $ }}
    namespace: {{ $.Release.Namespace }}
{{- end -}}
