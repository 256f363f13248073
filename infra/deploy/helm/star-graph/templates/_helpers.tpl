{{/* (list . "api") is registry/star-graph/api:tag */}}
{{- define "star-graph.image" -}}
{{- $root := index . 0 -}}
{{- with $root.Values.images.registry }}{{ . }}/{{ end }}star-graph/{{ index . 1 }}:{{ $root.Values.images.tag | default $root.Chart.AppVersion }}
{{- end }}

{{- define "star-graph.host" -}}
{{- (urlParse .Values.publicUrl).host -}}
{{- end }}

{{/* "sdapi" or "graph" */}}
{{- define "star-graph.doorPort" -}}
{{- get (dict "sdapi" "7860" "graph" "8188") . -}}
{{- end }}

{{/* The one place that names the pool: all servers that may ever run. */}}
{{- define "star-graph.pool" -}}
{{- $urls := list -}}
{{- if .Values.preview.enabled }}{{ $urls = append $urls "http://star-graph-preview:8188" }}{{ end -}}
{{- if .Values.gpu.enabled -}}
{{- range $at := until (int .Values.gpu.maxReplicas) -}}
{{- $urls = append $urls (printf "http://star-graph-gpu-%d.star-graph-gpu:8188" $at) -}}
{{- end -}}
{{- end -}}
{{- join "," $urls -}}
{{- end }}
