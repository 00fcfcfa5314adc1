package jsengine

import (
	"strings"
	"testing"
)

// TestUncaught: what standard error shows for an error that nothing caught begins with the line of the
// program's source that it comes from, as in Node and in Bun.
func TestUncaught(t *testing.T) {
	const node = "\nNode.js v20"
	files := map[string]string{
		"throws.mjs":   "// one\nfunction f() {\n\tthrow new TypeError(\"m\");\n}\nf();\n",
		"rejects.mjs":  "const e = new Error(\"late\");\nawait 0;\nthrow e;\n",
		"required.cjs": "require(\"./within.cjs\");\n",
		"within.cjs":   "\r\nnull.x;\r\n",
		"syntax.mjs":   "let a;\nlet a;\n",
		"library.mjs":  "import { Buffer } from \"node:buffer\";\nBuffer.alloc(-1);\n",
		"wide.cjs":     "const s = \"\u65e5\U0001f600\u00e9\"; null.x\n",
		"value.mjs":    "throw 5;\n",
		"own.mjs":      "const e = new Error(\"m\");\ne.stack = \"mine\";\nthrow e;\n",
		"prepared.mjs": "Error.prepareStackTrace = () => \"Error: m\\n    at f (/workspace/prepared.mjs:1:99999999999)\";\nthrow new Error(\"m\");\n",
		"long.mjs":     "/* " + strings.Repeat("x", maxShownLine) + " */ throw new Error(\"m\");\n",
		"export.mjs":   "import { nope } from \"node:fs\";\n",
		"missing.mjs":  "import \"./none.mjs\";\n",
	}
	tests := map[string]struct {
		p    Program
		want string // how standard error begins
		end  string
	}{
		"node":                     {Program{Entry: "/workspace/throws.mjs", Node: true}, "/workspace/throws.mjs:3\n\tthrow new TypeError(\"m\");\n\t      ^\n\nTypeError: m\n    at f (/workspace/throws.mjs:3:8)\n", node},
		"node, top-level await":    {Program{Entry: "/workspace/rejects.mjs", Node: true}, "/workspace/rejects.mjs:1\nconst e = new Error(\"late\");\n          ^\n\nError: late\n", node},
		"node, CommonJS":           {Program{Entry: "/workspace/required.cjs", Node: true}, "/workspace/within.cjs:2\nnull.x;\n     ^\n\nTypeError: Cannot read", node},
		"node, a syntax error":     {Program{Entry: "/workspace/syntax.mjs", Node: true}, "/workspace/syntax.mjs:2\nlet a;\n", node},
		"node, of the library":     {Program{Entry: "/workspace/library.mjs", Node: true}, "/workspace/library.mjs:2\nBuffer.alloc(-1);\n       ^\n\nRangeError [ERR_OUT_OF_RANGE]: The value", node},
		"node, characters":         {Program{Entry: "/workspace/wide.cjs", Node: true}, "/workspace/wide.cjs:1\nconst s = \"\u65e5\U0001f600\u00e9\"; null.x\n                       ^\n\nTypeError: Cannot", node},
		"node, no error":           {Program{Entry: "/workspace/value.mjs", Node: true}, "Uncaught 5\n", node},
		"node, its own stack":      {Program{Entry: "/workspace/own.mjs", Node: true}, "[mine]\n", node},
		"node, a stack made up":    {Program{Entry: "/workspace/prepared.mjs", Node: true}, "Error: m\n", node},
		"node, a long line":        {Program{Entry: "/workspace/long.mjs", Node: true}, "Error: m\n", node},
		"node, code":               {Program{Code: "\nthrow new Error('c')", Language: "js", Node: true}, "/workspace/[eval].js:2\nthrow new Error('c')\n      ^\n\nError: c\n", node},
		"node, no such module":     {Program{Entry: "/workspace/missing.mjs", Node: true}, "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/workspace/none.mjs' imported from /workspace/missing.mjs {\n  code: 'ERR_MODULE_NOT_FOUND'\n}\n", node},
		"node, no such file":       {Program{Entry: "/workspace/none.cjs", Node: true}, "Error: Cannot find module '/workspace/none.cjs' {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\n", node},
		"bun, no such file":        {Program{Entry: "/workspace/none.ts"}, "error: Module not found \"/workspace/none.ts\"\n", ""},
		"node, no such export":     {Program{Entry: "/workspace/export.mjs", Node: true}, "SyntaxError: The requested module 'node:fs' does not provide an export named 'nope'\n", node},
		"bun":                      {Program{Entry: "/workspace/throws.mjs"}, "3 | \tthrow new TypeError(\"m\");\n    \t      ^\nTypeError: m\n    at f (/workspace/throws.mjs:3:8)\n", ""},
		"bun, code":                {Program{Code: "throw new Error('c')", Language: "js"}, "1 | throw new Error('c')\n          ^\nError: c\n", ""},
		"bun, no such module":      {Program{Entry: "/workspace/missing.mjs"}, "error: Cannot find module './none.mjs' from '/workspace/missing.mjs'\n", ""},
		"bun, a rejection":         {Program{Code: "Promise.reject(new Error('r'))", Language: "js"}, "1 | Promise.reject(new Error('r'))\n                   ^\nError: r\n", ""},
		"bun, a path of the stack": {Program{Code: "throw new Error('a\\n    at f (/etc/passwd:1:1)')", Language: "js"}, "Error: a\n    at f (/etc/passwd:1:1)\n    at <anonymous>", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.p.Files, tt.p.Limits = filesOf(files), Limits{Fuel: 1e8}
			r, out, errOut := run(t, tt.p)
			if r.ExitCode != 1 || out != "" || !strings.HasPrefix(errOut, tt.want) || strings.Contains(errOut, node) != (tt.end != "") {
				t.Errorf("exit code %d, printed %q, stderr\n%s\nwant\n%s", r.ExitCode, out, errOut, tt.want)
			}
		})
	}
}
