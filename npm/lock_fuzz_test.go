package npm

import (
	"path"
	"strings"
	"testing"
)

// FuzzLock reads texts as both kinds of lockfile: what is taken names places in
// the project only, and has the integrity of what comes from a registry.
func FuzzLock(f *testing.F) {
	for _, seed := range []string{
		`{"lockfileVersion": 3, "packages": {"": {}, "node_modules/@s/a/node_modules/b": {"version": "1.0.0", "resolved": "http://r/b.tgz", "integrity": "sha512-AA=="}, "p/c": {}, "node_modules/c": {"resolved": "p/c", "link": true}}}`,
		`{"lockfileVersion": 2, "packages": {"node_modules/../../x": {"version": "1.0.0"}}}`,
		"{\n  \"lockfileVersion\": 1, // one\n  \"workspaces\": {\"\": {\"name\": \"x\",},},\n  \"packages\": {\n    \"@s/a\": [\"@s/a@1.0.0\", \"\", { \"dependencies\": { \"b\": \"1\" }, \"optionalPeers\": [\"c\"], \"bundled\": true }, \"sha512-AA==\"],\n    \"@s/a/b\": [\"b@workspace:p/b\"],\n  },\n}",
		`{"lockfileVersion": 0, "packages": {"a": ["a@npm:b@1.0.0", "", {}, "sha512-AA=="], "b": ["b@http://r/b.tgz", {}], "c": ["c@file:c.tgz", {}], "d": ["d@root:"], "e": ["e@git+ssh://g/e#0"]}}`,
		`{"lockfileVersion": 2, "packages": {"a": ["b@1.0.0", "", {"dependencies": {"b": "1"}}, "sha1-AA=="], "b": ["a@1.0.0", "", {"dependencies": {"a": "1"}}, "sha1-AA=="]}}`,
		`{"lockfileVersion": 1, "packages": {"../x": ["x@1.0.0", "", {}, "sha512-AA=="], "a/../b": ["..@1.0.0"], "@/a": [[]], "": ["@"]}}`,
		`{"lockfileVersion": 1, "packages": {"a": ` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + `}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for kind, parse := range map[string]func([]byte) ([]lockEntry, error){
			bunName:  parseBunLock,
			lockName: func(b []byte) ([]lockEntry, error) { return parseLock(lockName, b) },
		} {
			entries, err := parse(text)
			if err != nil {
				if codeOf(err) == "" {
					t.Fatalf("%s: an error without a code: %v", kind, err)
				}
				continue
			}
			if len(entries) > maxLocked {
				t.Fatalf("%s: %d packages", kind, len(entries))
			}
			for _, e := range entries {
				p, err := parsePlace(e.path)
				if err != nil {
					continue
				}
				at := path.Join(append([]string{"/w", p.top}, p.names...)...)
				if !strings.HasPrefix(at+"/", "/w/") || strings.Count(at, "/") < len(p.names)+1 {
					t.Fatalf("%s: %q is at %q", kind, e.path, at)
				}
				if kind == bunName && !e.link && e.resolved == "" && e.integrity == "" {
					t.Fatalf("%q has no integrity", e.path)
				}
			}
		}
	})
}
