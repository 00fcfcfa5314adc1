// Package transform turns TypeScript and JSX into JavaScript with esbuild, in
// child processes that may be killed.
//
// esbuild is memory-safe but gives no guarantee that it ends: 600 KB of "["
// overflow its stack, which ends a Go process, and 40 KB of "{" take it 20
// seconds and gigabytes. So it never parses a guest's source in this process:
// a [Pool] re-executes a binary that calls [MaybeServe] first thing in main,
// with limits on memory and processor time, an empty environment and no
// inherited descriptors.
package transform

import (
	"encoding/json"
	"github.com/evanw/esbuild/pkg/api"
)

// Version goes into every cache key: a result of another esbuild, or of other
// options, is another result.
const Version = "esbuild-0.28.2/1"

// MaxSource bounds one source in bytes, and its result.
const (
	MaxSource   = 16 << 20
	maxResult   = 64 << 20
	maxCompiler = 64 << 10
)

// reply is what esbuild made of one source: code and map, or an error.
type reply struct {
	Code []byte
	Map  []byte
	Err  *failure
}

// failure is a syntax error as the child reports it.
type failure struct {
	Message string
	Line    int // 1-based; 0 when unknown
	Column  int // 1-based
	Text    string
}

// loaders names the languages that a request may ask for. "auto" is what
// TypeScript makes of the source, and else TSX.
var loaders = map[string][]api.Loader{
	"js":   {api.LoaderJS},
	"ts":   {api.LoaderTS},
	"jsx":  {api.LoaderJSX},
	"tsx":  {api.LoaderTSX},
	"auto": {api.LoaderTS, api.LoaderTSX},
	"":     {api.LoaderTS, api.LoaderTSX},
}

// run calls esbuild, in the child. It touches no file: Transform reads only
// the string it is given.
func run(req request) reply {
	var first *failure
	for _, loader := range loaders[req.Loader] {
		res := api.Transform(string(req.Source), options(req, loader))
		if len(res.Errors) == 0 {
			return reply{Code: res.Code, Map: res.Map}
		}
		if first == nil {
			first = failed(res.Errors[0])
		}
	}
	if first == nil {
		first = &failure{Message: "unknown language"}
	}
	return reply{Err: first}
}

// compiler is what a tsconfig.json may say about the JavaScript that is made.
type compiler struct {
	JSX                     string `json:"jsx,omitempty"`
	JSXFactory              string `json:"jsxFactory,omitempty"`
	JSXFragmentFactory      string `json:"jsxFragmentFactory,omitempty"`
	JSXImportSource         string `json:"jsxImportSource,omitempty"`
	AlwaysStrict            *bool  `json:"alwaysStrict,omitempty"`
	ExperimentalDecorators  *bool  `json:"experimentalDecorators,omitempty"`
	UseDefineForClassFields *bool  `json:"useDefineForClassFields,omitempty"`
	VerbatimModuleSyntax    *bool  `json:"verbatimModuleSyntax,omitempty"`
	Target                  string `json:"target"`
}

// asked is what Bun.Transpiler adds to the options of a tsconfig.json.
type asked struct {
	Transpiler struct {
		Define           map[string]string `json:"define"`
		MinifyWhitespace bool              `json:"minifyWhitespace"`
		MinifySyntax     bool              `json:"minifySyntax"`
		MinifyNames      bool              `json:"minifyNames"`
	} `json:"bun:transpiler"`
}

func options(req request, loader api.Loader) api.TransformOptions {
	o := api.TransformOptions{
		Loader:         loader,
		Sourcefile:     req.Path,
		Sourcemap:      api.SourceMapExternal,
		SourcesContent: api.SourcesContentExclude,
		Target:         api.ESNext,
		// The engine parses all of ES2025 and `using`, but no decorators.
		Supported: map[string]bool{"decorators": false},
		Charset:   api.CharsetUTF8,
		JSX:       api.JSXAutomatic,
		LogLevel:  api.LogLevelSilent,
		LogLimit:  1,
	}
	var c compiler
	if req.Compiler != "" {
		// Fields of the wrong type are as good as missing ones.
		_ = json.Unmarshal([]byte(req.Compiler), &c)
		var a asked
		_ = json.Unmarshal([]byte(req.Compiler), &a)
		t := a.Transpiler
		o.Define, o.MinifyWhitespace, o.MinifySyntax, o.MinifyIdentifiers = t.Define, t.MinifyWhitespace, t.MinifySyntax, t.MinifyNames
	}
	o.JSXFactory, o.JSXFragment, o.JSXImportSource = c.JSXFactory, c.JSXFragmentFactory, c.JSXImportSource
	switch c.JSX {
	case "react":
		o.JSX = api.JSXTransform
	case "react-jsx":
	case "react-jsxdev":
		o.JSXDev = true
	default:
		o.JSXDev = req.JSXDev
	}
	if classicJSX(req.Source) {
		o.JSX = api.JSXTransform
	}
	o.JSXDev = o.JSXDev && o.JSX == api.JSXAutomatic
	c.JSX, c.JSXFactory, c.JSXFragmentFactory, c.JSXImportSource, c.Target = "", "", "", "", "esnext"
	if c.UseDefineForClassFields == nil {
		define := true
		c.UseDefineForClassFields = &define
	}
	raw, err := json.Marshal(map[string]compiler{"compilerOptions": c})
	if err != nil {
		panic(err) // strings and booleans always marshal
	}
	o.TsconfigRaw = string(raw)
	return o
}

func failed(m api.Message) *failure {
	f := &failure{Message: m.Text}
	if l := m.Location; l != nil {
		f.Line, f.Column, f.Text = l.Line, l.Column+1, clip(l.LineText)
	}
	return f
}

// clip bounds a quoted source line: a minified file is one line.
func clip(s string) string {
	const max = 256
	if len(s) <= max {
		return s
	}
	return s[:max]
}
