// Renders a chart as Helm does: text/template, sprig, and Helm's own functions. Built from Debian's packages alone.
//
//	renderer CHART RELEASE VALUES.yaml…
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

type values = map[string]interface{}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func readYaml(path string) values {
	text, err := os.ReadFile(path)
	must(err)
	read := values{}
	must(yaml.UnmarshalStrict(text, &read))
	return read
}

// As Helm merges values: maps by their keys, all else is replaced, and null removes.
func merge(into, from values) values {
	for key, value := range from {
		given, isMap := value.(values)
		if known, both := into[key].(values); isMap && both {
			into[key] = merge(known, given)
		} else if value == nil {
			delete(into, key)
		} else {
			into[key] = value
		}
	}
	return into
}

// As Helm names templates: star-graph/templates/api.yaml.
func nameOf(chart values, path string) string {
	return filepath.Join(fmt.Sprint(chart["name"]), "templates", filepath.Base(path))
}

func functions(root *template.Template) template.FuncMap {
	funcs := sprig.TxtFuncMap()
	// Helm takes these away: a chart must not read the machine that renders it.
	delete(funcs, "env")
	delete(funcs, "expandenv")
	include := func(name string, data interface{}) (string, error) {
		var out bytes.Buffer
		err := root.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	funcs["include"] = include
	funcs["toYaml"] = func(value interface{}) (string, error) {
		text, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(text), "\n"), err
	}
	funcs["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, errors.New(message)
		}
		return value, nil
	}
	funcs["tpl"] = func(text string, data interface{}) (string, error) {
		clone, err := root.Clone()
		if err != nil {
			return "", err
		}
		parsed, err := clone.New("tpl").Parse(text)
		if err != nil {
			return "", err
		}
		var out bytes.Buffer
		err = parsed.Execute(&out, data)
		return out.String(), err
	}
	return funcs
}

func main() {
	chart, release := os.Args[1], os.Args[2]
	given := readYaml(filepath.Join(chart, "values.yaml"))
	for _, path := range os.Args[3:] {
		given = merge(given, readYaml(path))
	}
	about := readYaml(filepath.Join(chart, "Chart.yaml"))
	root := template.New("chart").Option("missingkey=zero")
	root.Funcs(functions(root))
	paths, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	must(err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		must(err)
		_, err = root.New(nameOf(about, path)).Parse(string(text))
		must(err)
	}
	data := values{
		"Values":  given,
		"Release": values{"Name": release, "Namespace": release, "Service": "Helm", "IsInstall": true, "IsUpgrade": false},
		"Chart":   values{"Name": about["name"], "Version": about["version"], "AppVersion": about["appVersion"]},
	}
	for _, path := range paths {
		name := nameOf(about, path)
		if strings.HasPrefix(filepath.Base(path), "_") {
			continue
		}
		data["Template"] = values{"Name": name, "BasePath": filepath.Dir(name)}
		var out bytes.Buffer
		must(root.ExecuteTemplate(&out, name, data))
		// Helm prints the "no value" of a missing key as nothing.
		text := strings.ReplaceAll(out.String(), "<no value>", "")
		if filepath.Base(path) == "NOTES.txt" {
			fmt.Fprint(os.Stderr, text)
		} else {
			fmt.Printf("---\n# Source: %s\n%s\n", name, text)
		}
	}
}
