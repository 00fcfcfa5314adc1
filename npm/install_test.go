package npm

import (
	"strings"
	"testing"

	"github.com/buntime/buntime/internal/npmtest"
)

func TestInstall(t *testing.T) {
	w := newWorld(t, Config{})
	w.reg.Add(
		npmtest.Simple("a", "1.0.0", obj{"b": "^1.0.0", "c": "^2.0.0"}),
		npmtest.Simple("b", "1.0.0", nil), npmtest.Simple("b", "1.1.0", nil), npmtest.Simple("b", "2.0.0", nil),
		npmtest.Package{Manifest: obj{"name": "c", "version": "2.0.0", "dependencies": obj{"b": "^2.0.0"}, "devDependencies": obj{"not-for-users": "1"}}},
		npmtest.Package{Manifest: obj{"name": "@s/tool", "version": "0.1.0", "bin": obj{"tool": "./cli.js"}}, Files: map[string]string{"cli.js": "console.log('tool')"}},
	)
	w.write("package.json", "{\n\t\"name\": \"x\",\n\t\"keep\": [1, 2]\n}")
	w.must("npm install a b@1 @s/tool")
	want := `node_modules/.bin/tool -> ../@s/tool/cli.js
node_modules/@s/tool = @s/tool@0.1.0
node_modules/a = a@1.0.0
node_modules/b = b@1.1.0
node_modules/c/node_modules/b = b@2.0.0
node_modules/c = c@2.0.0
package-lock.json
package.json
`
	if got := w.tree(); got != want {
		t.Errorf("tree:\n%s\nwant\n%s", got, want)
	}
	wantManifest := "{\n\t\"name\": \"x\",\n\t\"keep\": [\n\t\t1,\n\t\t2\n\t],\n\t\"dependencies\": {\n\t\t\"@s/tool\": \"^0.1.0\",\n\t\t\"a\": \"^1.0.0\",\n\t\t\"b\": \"^1.1.0\"\n\t}\n}"
	if got := w.read("package.json"); got != wantManifest {
		t.Errorf("package.json:\n%s\nwant\n%s", got, wantManifest)
	}
	if !strings.Contains(w.out.String(), "added 5 packages") {
		t.Errorf("it printed %q", w.out.String())
	}
}

// Whatever follows a command, it says something or does its work; a word that only
// the client's own code would use is no command.
func TestCommandsTakeAnything(t *testing.T) {
	npm := strings.Fields(`install ci uninstall ls la explain run test exec pkg version init view outdated config get set root prefix
		prune dedupe find-dupes update audit init-workspaces no-such-command -v --`)
	bun := append(strings.Fields("x"), bunWords...)
	rests := []string{"", "-", "--", "=", "-w", "-w=", "-w ../..", "-ws", "-w b", "--depth", "--depth=-1", "--json", "-C", "-C ..", "get", "set", "set =", "set a[", "delete", "delete a[9]", "ls", "@", "@/", "a@", "a b c", "patch --preid"}
	for tool, words := range map[string][]string{"npm": npm, "bun": bun} {
		for _, word := range words {
			for _, rest := range rests {
				w := newWorld(t, Config{})
				w.write("package.json", obj{"name": "x", "version": "1.0.0", "workspaces": []string{"b"}})
				w.write("b/package.json", obj{"name": "b", "version": "1.0.0"})
				line := strings.TrimSpace(tool + " " + word + " " + rest)
				if code := w.run(line); code != 0 && w.out.Len()+w.err.Len() == 0 {
					t.Errorf("%s: exit %d without a word", line, code)
				}
				if word == "init-workspaces" && !strings.Contains(w.err.String(), `Unknown command: "init-workspaces"`) && rest == "" {
					t.Errorf("%s: %s", line, w.err.String())
				}
			}
		}
	}
}

// A flag that keeps new versions out is not passed over.
func TestAgeFlagsAreRefused(t *testing.T) {
	w := newWorld(t, Config{})
	for _, line := range []string{"npm install a --before=2015-01-01", "npm ci --before 2015-01-01", "bun add --minimum-release-age 259200 a", "npm install --min-release-age=3"} {
		if code := w.run(line); code != 1 || !strings.Contains(w.err.String(), "how old a version must be") {
			t.Errorf("%s: exit %d, %s", line, code, w.err.String())
		}
		w.err.Reset()
	}
}

// Bun's list of packages whose scripts were passed over has them, and no other.
func TestBunUntrusted(t *testing.T) {
	w := newWorld(t, Config{})
	w.reg.Add(
		npmtest.Simple("plain", "1.0.0", nil),
		npmtest.Package{Manifest: obj{"name": "eager", "version": "1.2.0", "scripts": obj{"postinstall": "echo ran", "test": "echo t"}}},
	)
	w.write("package.json", obj{"name": "x", "dependencies": obj{"plain": "1", "eager": "1"}})
	w.must("bun install")
	w.out.Reset()
	w.must("bun pm untrusted")
	want := bunTitle("pm untrusted") + "\n\n./node_modules/eager @1.2.0\n » [postinstall]: echo ran\n\nThese dependencies had their lifecycle scripts blocked during install.\n\nNo script of a package is ever run here.\n"
	if got := w.out.String(); got != want || len(w.ran) != 0 {
		t.Errorf("got %q, want %q; ran %v", got, want, w.ran)
	}
}

// A package of native code gets the files of the one that has the same as WebAssembly, and stays itself in all that says what it is.
func TestTwins(t *testing.T) {
	w := newWorld(t, Config{})
	add := func(name, version, main string, deps obj) {
		w.reg.Add(npmtest.Package{Manifest: obj{"name": name, "version": version, "bin": obj{"run": "bin/run"}, "main": "main.js", "optionalDependencies": deps},
			Files: map[string]string{"main.js": main, "bin/run": "#!/usr/bin/env node\n"}})
	}
	for _, v := range []string{"4.1.2", "4.2.0", "3.9.9"} {
		add("rollup", v, "native "+v, nil)
	}
	for _, v := range []string{"4.1.2", "4.2.1", "4.3.0"} {
		add("@rollup/wasm-node", v, "wasm "+v, nil)
	}
	add("esbuild", "0.9.0", "native", nil)
	for _, c := range []struct{ line, main, version, said string }{
		{"npm install rollup@4.1.2", "wasm 4.1.2", "4.1.2", "Native code does not run here. Replaced: rollup@4.1.2 by @rollup/wasm-node@4.1.2\n"},
		{"npm install rollup@4.2.0", "wasm 4.2.1", "4.2.0", "Replaced: rollup@4.2.0 by @rollup/wasm-node@4.2.1\n"},
		{"npm ci", "wasm 4.2.1", "4.2.0", "rollup@4.2.0 by @rollup/wasm-node@4.2.1"},
		{"bun add rollup@3.9.9", "native 3.9.9", "3.9.9", ""},
	} {
		w.err.Reset()
		w.must(c.line)
		if got := w.read("node_modules/rollup/main.js"); got != c.main {
			t.Errorf("%s: the files are %q, not %q", c.line, got, c.main)
		}
		if got := w.read("node_modules/rollup/package.json"); !strings.Contains(got, `"rollup"`) || !strings.Contains(got, c.version) {
			t.Errorf("%s: package.json is %s", c.line, got)
		}
		if c.said == "" != !strings.Contains(w.err.String(), "Replaced") || !strings.Contains(w.err.String(), c.said) {
			t.Errorf("%s: it said %q, not %q", c.line, w.err.String(), c.said)
		}
		if lock := w.read("package-lock.json"); strings.Contains(lock, "wasm-node") {
			t.Errorf("%s: the lockfile names the twin: %s", c.line, lock)
		}
	}
	for _, v := range []string{"5.9.0", "6.0.0", "6.1.0", "7.0.1"} {
		add("typescript", v, v, nil)
	}
	for v, want := range map[string]string{"5.9.0": "5.9.0", "7.0.1": "6.1.0"} {
		w.must("npm install typescript@" + v)
		if main, own := w.read("node_modules/typescript/main.js"), w.read("node_modules/typescript/package.json"); main != want || !strings.Contains(own, want) {
			t.Errorf("typescript@%s: the files are %q, package.json is %s", v, main, own)
		}
	}
	for _, v := range []string{"6.4.0", "7.3.8", "8.1.0"} {
		add("vite", v, v, nil)
	}
	for want, got := range map[string]string{"^6.0.0||^7.0.0||^8.0.0": "7.3.8", ">=6": "7.3.8", "^8.0.0": "8.1.0", "8.1.0": "8.1.0", "latest": "8.1.0"} {
		w.must("npm uninstall vite")
		w.must("npm install vite@" + want)
		if main := w.read("node_modules/vite/main.js"); main != got {
			t.Errorf("vite@%s: the files are %q, not %q", want, main, got)
		}
	}
	w.err.Reset()
	w.must("npm install esbuild")
	if got := w.err.String(); !strings.Contains(got, "npm warn ENATIVE esbuild@0.9.0 is native code, which does not run here, and esbuild-wasm was not to be had") {
		t.Errorf("without a twin it said %q", got)
	}
}
