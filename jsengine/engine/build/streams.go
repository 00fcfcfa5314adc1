package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// streamDeps are the modules that readable-stream imports and the runtime library
// gives it instead (runtime/src/node/stream_deps.ts), by what the imports end in.
var streamDeps = map[string]string{
	"ours/primordials": "primordials", "./primordials": "primordials", "ours/errors": "errors", "./errors": "errors", "ours/util": "util",
	"shims/process": "process", "buffer": "buffer", "events": "events", "string_decoder/": "string_decoder", "abort-controller": "abort-controller",
}

// streamRules make readable-stream work with intrinsics that guest code has not
// replaced: calls of methods of functions and arrays become calls of captured ones.
var streamRules = []struct {
	pattern *regexp.Regexp
	new     string
}{
	{regexp.MustCompile(`([A-Za-z_$][\w$.]*)\.call\(`), `streamDeps.call($1, `},
	{regexp.MustCompile(`([A-Za-z_$][\w$.]*)\.apply\(`), `streamDeps.apply($1, `},
	{regexp.MustCompile(`\b((?:state\.)?(?:buffered|pipes)|state\[kOnFinished\]|destroys|lastStreamCleanup|queue)\.(push|shift|splice)\(\)`), `streamDeps.$2($1)`},
	{regexp.MustCompile(`\b((?:state\.)?(?:buffered|pipes)|state\[kOnFinished\]|destroys|lastStreamCleanup|queue)\.(push|shift|splice)\(`), `streamDeps.$2($1, `},
	// As in Node 20: any view of bytes may be written, and what is written in object mode has no encoding.
	{regexp.MustCompile(`if \(!encoding\) encoding = state\.defaultEncoding`), `if (!encoding) encoding = state.objectMode ? undefined : state.defaultEncoding`},
	{regexp.MustCompile(`Stream\._isUint8Array\(chunk\)`), `streamDeps.isView(chunk)`},
	{regexp.MustCompile(`\['string', 'Buffer', 'Uint8Array'\]`), `['string', 'Buffer', 'TypedArray', 'DataView']`},
	{regexp.MustCompile(`\bBuffer\.(from|isEncoding|allocUnsafe)\(`), `streamDeps.$1(`},
	{regexp.MustCompile(`\bStream\._uint8ArrayToBuffer\(`), `streamDeps.asBuffer(`},
	{regexp.MustCompile(`(^|[^.\w])(chunk|data|str|buf)\.length\b`), `${1}streamDeps.len($2)`},
	{regexp.MustCompile(`\b((?:this\.head|p|buf|state)\.data)\.length\b`), `streamDeps.len($1)`},
	{regexp.MustCompile(`\bonwrite\.bind\(undefined, stream\)`), `streamDeps.bind(onwrite, undefined, stream)`},
	// A pipeline that its signal ends says why, as in Node.
	{regexp.MustCompile(`finishImpl\(new AbortError\(\)\)`), `finishImpl(new AbortError(undefined, { cause: outerSignal === null || outerSignal === undefined ? undefined : outerSignal.reason }))`},
	{regexp.MustCompile(`\bstate\.pipes\.includes\(dest\)`), `ArrayPrototypeIndexOf(state.pipes, dest) >= 0`},
}

// streamPlugin bundles readable-stream with streamDeps and streamRules.
var streamPlugin = api.Plugin{Name: "readable-stream", Setup: func(b api.PluginBuild) {
	b.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
		if !strings.Contains(filepath.ToSlash(a.Importer), "/node_modules/readable-stream/") {
			return api.OnResolveResult{}, nil
		}
		for suffix, name := range streamDeps {
			if a.Path == suffix || strings.HasSuffix(a.Path, "/"+suffix) {
				return api.OnResolveResult{Path: name, Namespace: "stream-deps"}, nil
			}
		}
		return api.OnResolveResult{}, nil
	})
	b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "stream-deps"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		text := fmt.Sprintf("module.exports = streamDeps[%q]", a.Path)
		return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
	})
	b.OnLoad(api.OnLoadOptions{Filter: `/node_modules/readable-stream/.*\.js$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		data, err := os.ReadFile(a.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		text := string(data)
		for _, r := range streamRules {
			text = r.pattern.ReplaceAllString(text, r.new)
		}
		return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
	})
}}
