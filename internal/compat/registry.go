package main

import (
	"fmt"

	"github.com/buntime/buntime/internal/npmtest"
)

// madeUpURL is what golden files call COMPAT_REGISTRY.
const madeUpURL = "http://registry/"

// newRegistry returns the registry at COMPAT_REGISTRY, which the caller must
// Close. Its packages are made up, so that what tools say of them stays the same.
func newRegistry() *npmtest.Registry {
	type obj = npmtest.Object
	r := npmtest.New()
	simple := func(name string, dependencies obj, versions ...string) {
		for _, v := range versions {
			r.Add(npmtest.Simple(name, v, dependencies))
		}
	}
	add := func(manifest obj, files map[string]string) {
		r.Add(npmtest.Package{Manifest: manifest, Files: files})
	}
	simple("zero", nil, "1.0.0", "1.0.1", "1.1.0", "2.0.0")
	simple("one", obj{"zero": "^1.0.0"}, "1.0.0", "1.2.0", "1.2.3")
	simple("two", obj{"zero": "^2.0.0", "one": "^1.0.0"}, "1.0.0", "2.0.0")
	simple("three", obj{"two": "^1.0.0"}, "1.0.0")
	simple("@scope/four", obj{"zero": "1.0.0"}, "4.0.0", "4.1.0")
	simple("pre", nil, "1.0.0", "2.0.0-beta.1")
	r.Tag("pre", "latest", "1.0.0")
	r.Tag("pre", "beta", "2.0.0-beta.1")
	simple("ring-a", obj{"ring-b": "1.0.0"}, "1.0.0")
	simple("ring-b", obj{"ring-a": "1.0.0"}, "1.0.0")
	for _, v := range []string{"1.0.0", "2.0.0"} {
		add(obj{"name": "host", "version": v, "license": "MIT"}, nil)
	}
	add(obj{"name": "plugin", "version": "1.0.0", "peerDependencies": obj{"host": "^1.0.0"}}, nil)
	add(obj{"name": "plugin", "version": "2.0.0", "peerDependencies": obj{"host": "^2.0.0"}}, nil)
	add(obj{"name": "maybe", "version": "1.0.0", "peerDependencies": obj{"host": "*"}, "peerDependenciesMeta": obj{"host": obj{"optional": true}}}, nil)
	add(obj{"name": "extra", "version": "1.0.0", "optionalDependencies": obj{"for-others": "1.0.0", "zero": "1.0.0"}}, nil)
	add(obj{"name": "for-others", "version": "1.0.0", "os": []string{"aix"}}, nil)
	add(obj{"name": "old", "version": "1.0.0", "deprecated": "use zero"}, nil)
	add(obj{"name": "bundler", "version": "1.0.0", "dependencies": obj{"zero": "1.0.0"}, "bundleDependencies": []string{"zero"}},
		map[string]string{"node_modules/zero/package.json": `{"name":"zero","version":"1.0.0"}`})
	add(obj{
		"name": "tool", "version": "1.0.0", "description": "says what it is told", "license": "ISC", "homepage": "https://tool.example/",
		"keywords": []string{"say", "tell"}, "bin": obj{"tool": "cli.js", "tool-two": "two.js"}, "engines": obj{"node": ">=10"},
		"repository": obj{"type": "git", "url": "git+https://git.example/tool.git"}, "maintainers": []obj{{"name": "ann", "email": "ann@tool.example"}},
	}, map[string]string{
		"cli.js": "#!/usr/bin/env node\nconsole.log('tool', ...process.argv.slice(2))\n",
		"two.js": "#!/usr/bin/env node\nconsole.log('two', ...process.argv.slice(2)); process.exit(3)\n",
	})
	for _, name := range []string{"@types/bun", "@types/node", "typescript"} {
		simple(name, nil, "5.0.0")
	}
	for i := range 12 {
		simple(fmt.Sprintf("many-%d", i), nil, "1.0.0")
	}
	return r
}
