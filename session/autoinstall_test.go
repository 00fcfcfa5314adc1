package session

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/npmtest"
	"github.com/buntime/buntime/npm"
)

// versions adds a package that exports its version.
func versions(reg *npmtest.Registry, name string, list ...string) {
	for _, v := range list {
		reg.Add(npmtest.Package{Manifest: npmtest.Object{"name": name, "version": v, "dependencies": npmtest.Object{"word": "^1.0.0"}},
			Files: map[string]string{"index.js": fmt.Sprintf("module.exports = %q + ' ' + require('word')", v), "sub/file.js": "exports.sub = true"}})
	}
}

// TestAutoInstall: what a program imports and nobody installed is had from the
// registry, and leaves nothing in the workspace.
func TestAutoInstall(t *testing.T) {
	reg := npmtest.New()
	t.Cleanup(reg.Close)
	greeter(reg)
	versions(reg, "lib", "1.0.0", "1.5.0", "2.0.0", "3.0.0")
	versions(reg, "@scope/lib", "1.0.0")
	f := open(t, t.TempDir(), func(c *Config) { c.Packages = npm.Config{Registry: reg.URL} })
	for name, tt := range map[string]struct {
		files     map[string]string
		code, out string
	}{
		"import":            {code: "import lib from 'lib'; console.log(lib)", out: "3.0.0 hello\n"},
		"its dependencies":  {code: "import greet from 'greet'; console.log(greet('you'))", out: "hello you\n"},
		"a scope":           {code: "import lib from '@scope/lib'; console.log(lib)", out: "1.0.0 hello\n"},
		"a file of it":      {code: "import { sub } from 'lib/sub/file.js'; console.log(sub)", out: "true\n"},
		"import()":          {code: "console.log((await import('lib')).default)", out: "3.0.0 hello\n"},
		"require":           {code: "console.log(require('lib'))", out: "3.0.0 hello\n"},
		"a version":         {code: "import lib from 'lib@1.0.0'; console.log(lib)", out: "1.0.0 hello\n"},
		"a range":           {code: "import lib from 'lib@^1'; import { sub } from 'lib@2/sub/file'; console.log(lib, sub)", out: "1.5.0 hello true\n"},
		"versions together": {code: "import a from 'lib'; import b from 'lib@1'; import c from 'lib@2'; import d from 'lib'; console.log(a, b, c, a === d)", out: "3.0.0 hello 1.5.0 hello 2.0.0 hello true\n"},
		"one copy":          {code: "import word from 'word'; import 'greet'; console.log(require.resolve('word') === import.meta.resolveSync('word'), word)", out: "true hello\n"},
		"package.json's range": {files: map[string]string{"package.json": `{"dependencies": {"lib": "~1.0.0"}}`},
			code: "import lib from 'lib'; console.log(lib)", out: "1.0.0 hello\n"},
		"a command line": {files: map[string]string{"a.ts": "import lib from 'lib'; console.log(lib satisfies string)"},
			code: "$ bun a.ts && bun run a.ts && bun -e \"console.log(require('lib@1'))\"", out: "3.0.0 hello\n3.0.0 hello\n1.5.0 hello\n"},
		"not for node": {files: map[string]string{"a.mjs": "await import('lib').catch((e) => console.log(e.code))"},
			code: "$ node a.mjs", out: "ERR_MODULE_NOT_FOUND\n"},
		"not beside node_modules": {files: map[string]string{"node_modules/other/index.js": ""},
			code: "await import('lib').catch((e) => console.log(e.message))", out: "Cannot find package 'lib' imported from /workspace/[eval].js\n"},
		"an .npmrc that is too large": {files: map[string]string{".npmrc": strings.Repeat("#", 2<<20)},
			code: "await import('lib').catch((e) => console.log(e.message.split('now: ')[1]))", out: ".npmrc is larger than 1048576 bytes: it has 2097152\n"},
		"no such package": {code: "for (const _ of '12') await import('none').catch((e) => console.log(e.name, e.code, e.message))", out: strings.Repeat(
			"ResolveMessage ERR_MODULE_NOT_FOUND Cannot find package 'none' imported from /workspace/[eval].js\nIt is not installed, and could not be now: none: it is not in the registry\n", 2)},
		"no such version": {code: "await import('lib@9').catch((e) => console.log(e.code, e.message.includes('could not be now: lib@9: ')))", out: "ERR_MODULE_NOT_FOUND true\n"},
		"no name": {code: "for (const s of ['.hidden', 'a%2fb', '@x', 'lib@', '../up', 'x:y']) await import(s).then(() => console.log(s), (e) => console.log(s, e.message.split('\\n').length))",
			out: ".hidden 1\na%2fb 1\n@x 1\nlib@\n../up 1\nx:y 1\n"},
	} {
		t.Run(name, func(t *testing.T) {
			id := f.tenantSession("t")
			x := &Execution{Code: tt.code}
			if line, ok := strings.CutPrefix(tt.code, "$ "); ok {
				x = &Execution{Command: line, IsCommand: true}
			}
			for name, text := range tt.files {
				x.Files = append(x.Files, File{Path: name, Content: []byte(text)})
			}
			r, err := f.Execute(t.Context(), "t", id, x)
			if err != nil {
				t.Fatal(err)
			}
			if r.ExitCode != 0 || r.Stdout != tt.out || len(r.Written) != 0 {
				t.Errorf("exit code %d, wrote %q, stdout %q, stderr %q; want %q", r.ExitCode, r.Written, r.Stdout, r.Stderr, tt.out)
			}
			if err := f.Delete(t.Context(), "t", id); err != nil {
				t.Fatal(err)
			}
		})
	}
	// A run without a session has it as well.
	r, err := f.Run(t.Context(), "t", &Execution{Code: "import lib from 'lib'; console.log(lib)"}, Limits{}, nil)
	if err != nil || r.Stdout != "3.0.0 hello\n" {
		t.Errorf("a run: %+v, %v", r, err)
	}
}

// TestAutoInstallRefused: an import gets round none of what guards `bun add`.
func TestAutoInstallRefused(t *testing.T) {
	reg := npmtest.New()
	t.Cleanup(reg.Close)
	versions(reg, "lib", "1.0.0")
	reg.Add(
		npmtest.Package{Manifest: npmtest.Object{"name": "word", "version": "1.0.0"}, Files: map[string]string{"index.js": "module.exports = 'hello'"}},
		npmtest.Package{Manifest: npmtest.Object{"name": "scripted", "version": "1.0.0", "scripts": npmtest.Object{"postinstall": "node evil.js"}},
			Files: map[string]string{"index.js": "module.exports = require('fs').existsSync('/workspace/evil')", "evil.js": "require('fs').writeFileSync('/workspace/evil', '')"}},
		npmtest.Package{Manifest: npmtest.Object{"name": "lied", "version": "1.0.0"}, Files: map[string]string{"index.js": ""},
			Lies: npmtest.Object{"integrity": "sha512-" + strings.Repeat("A", 86) + "=="}},
		npmtest.Package{Manifest: npmtest.Object{"name": "new", "version": "1.0.0"}, Files: map[string]string{"index.js": ""}, Time: time.Now()},
	)
	f := open(t, t.TempDir(), func(c *Config) {
		c.Packages = npm.Config{Registry: reg.URL, MinReleaseAge: 24 * time.Hour}
	})
	message := func(f *fixture, id, spec string) string {
		t.Helper()
		code := fmt.Sprintf("await import(%q).then((m) => console.log(m.default), (e) => console.log(e.code, e.message))", spec)
		r, err := f.Execute(t.Context(), "t", id, &Execution{Code: code})
		if err != nil {
			t.Fatal(err)
		}
		return r.Stdout + r.Stderr
	}
	for spec, want := range map[string]string{
		"scripted":                 "false\n",
		"lied":                     "its archive is not what was published",
		"new":                      "later than the minimum release age allows",
		"lib@file:/workspace":      "Cannot find package",
		"lib@" + reg.URL + "x.tgz": "Cannot find package",
		"lib@npm:word":             "hello\n",
	} {
		if got := message(f, f.tenantSession("t"), spec); !strings.Contains(got, want) {
			t.Errorf("%s: %q", spec, got)
		}
	}
	i, err := f.Create(t.Context(), CreateOptions{Tenant: "t", Egress: []byte(`"none"`)})
	if err != nil {
		t.Fatal(err)
	}
	if got := message(f, i.ID, "lib"); !strings.Contains(got, `could not be now`) || !strings.Contains(got, `egress is "none"`) {
		t.Errorf("with egress none: %q", got)
	}
	none := open(t, t.TempDir(), nil)
	if got := message(none, none.tenantSession("t"), "lib"); !strings.Contains(got, "no registry is configured: set --npm-registry") {
		t.Errorf("without a registry: %q", got)
	}
	// A program cannot ask without end, and what hangs ends with its time.
	r, err := f.Execute(t.Context(), "t", f.tenantSession("t"), &Execution{Code: "for (let i = 0; i < 150; i++) await import('lib@0.0.' + i).catch((e) => console.log(e.message.split('now: ')[1]))"})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(r.Stdout, "has asked for more packages than it may"); n != 50 {
		t.Errorf("%d of 150 imports were refused: %s", n, r.Stderr)
	}
	reg.Intercept = hang
	if r, err = f.Execute(t.Context(), "t", f.tenantSession("t"), &Execution{Code: "import 'other'", Timeout: 100 * time.Millisecond}); err != nil || !r.TimedOut {
		t.Errorf("a registry that hangs: %+v, %v", r, err)
	}
}

// TestAutoInstallCredentials: a project's registries count for what it imports, and
// what was fetched with its credentials is no one else's.
func TestAutoInstallCredentials(t *testing.T) {
	reg := npmtest.New()
	t.Cleanup(reg.Close)
	reg.Token = "token"
	reg.Add(npmtest.Package{Manifest: npmtest.Object{"name": "@acme/own", "version": "1.0.0"}, Files: map[string]string{"index.js": "module.exports = 'own';\n//" + strings.Repeat(" padding", 1000)}})
	f := open(t, t.TempDir(), func(c *Config) {
		policy, err := hostfuncs.ServerPolicy("none", nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.Policy, err = policy.Open(reg.Host()); err != nil {
			t.Fatal(err)
		}
	})
	rc := fmt.Sprintf("@acme:registry=%s\n//%s/:_authToken=token\n", reg.URL, reg.Host())
	r, err := f.Execute(t.Context(), "t", f.tenantSession("t"), &Execution{Code: "import own from '@acme/own'; console.log(own)", Files: []File{{Path: ".npmrc", Content: []byte(rc)}}})
	if err != nil || r.Stdout != "own\n" {
		t.Fatalf("%+v, %v", r, err)
	}
	f.published.close()
	if n := f.Stats().Made; n != 0 {
		t.Errorf("%d results of a private package are everyone's", n)
	}
	if r, err = f.Execute(t.Context(), "u", f.tenantSession("u"), &Execution{Code: "await import('@acme/own').catch((e) => console.log(e.code))"}); err != nil || r.Stdout != "ERR_MODULE_NOT_FOUND\n" {
		t.Errorf("another tenant: %+v, %v", r, err)
	}
}
