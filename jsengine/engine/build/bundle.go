package main

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// firstOp is the opcode of the first operation, as in shim.c.
const firstOp = 16

// bundleRuntime bundles the runtime library into one script, and gives it the
// opcodes as the module "buntime:ops".
func bundleRuntime(dir string, ops []string) ([]byte, error) {
	codes := map[string]int{}
	for i, name := range ops {
		codes[name] = firstOp + i
	}
	table, err := json.Marshal(codes)
	if err != nil {
		return nil, err
	}
	contents := "export const OP = " + string(table) + ";"
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     dir,
		EntryPoints:       []string{filepath.Join("src", "main.ts")},
		Bundle:            true,
		Format:            api.FormatIIFE,
		Target:            api.ESNext,
		Platform:          api.PlatformNeutral,
		MainFields:        []string{"module", "main"},
		Conditions:        []string{"import"},
		MinifyWhitespace:  true,
		MinifyIdentifiers: false, // names show in errors and in util.inspect
		KeepNames:         false,
		LegalComments:     api.LegalCommentsNone,
		Charset:           api.CharsetUTF8,
		TreeShaking:       api.TreeShakingTrue,
		Write:             false,
		TsconfigRaw:       `{"compilerOptions":{"target":"esnext","verbatimModuleSyntax":true}}`,
		Banner:            map[string]string{"js": "var streamDeps, temporalDeps;"}, // see streams.go and temporal.go
		Plugins: []api.Plugin{streamPlugin, patternPlugin, temporalPlugin, {Name: "ops", Setup: func(b api.PluginBuild) {
			b.OnResolve(api.OnResolveOptions{Filter: "^buntime:ops$"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
				return api.OnResolveResult{Path: a.Path, Namespace: "buntime"}, nil
			})
			b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "buntime"}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
				return api.OnLoadResult{Contents: &contents, Loader: api.LoaderJS}, nil
			})
		}}},
	})
	if len(result.Errors) > 0 {
		return nil, errors.New("bundle the runtime library:\n" + strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage}), ""))
	}
	return result.OutputFiles[0].Contents, nil
}
