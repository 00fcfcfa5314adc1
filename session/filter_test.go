package session

import (
	"strings"
	"testing"
)

// Scripts of packages run at once, circles of dependencies end, and what they
// print is told apart by line, within bounds.
func TestBunFilter(t *testing.T) {
	run := lines(t)
	files := map[string]string{
		"package.json":            `{"workspaces":["p/*"]}`,
		"p/a/package.json":        `{"name":"a","dependencies":{"b":"*"},"scripts":{"go":"echo -n a","long":"head -c 40000 /dev/zero | tr '\\0' x","bin":"there"}}`,
		"p/b/package.json":        `{"name":"b","dependencies":{"a":"*","b":"*"},"scripts":{"go":"echo b","meet":"until [ -e ../c/met ]; do sleep 0.01; done; echo > met"}}`,
		"p/c/package.json":        `{"name":"c","scripts":{"pregoes":"exit 9","goes":"echo never","meet":"echo > met; until [ -e ../b/met ]; do sleep 0.01; done"}}`,
		"node_modules/.bin/there": "#!/bin/sh\necho from above\n",
	}
	for _, c := range []struct {
		command, want string
		code          int
	}{
		{"bun --filter '*' go", "b go: b\nb go: Exited with code 0\na go: a\na go: Exited with code 0\n", 0},
		{"bun --filter '*' meet | sort", "b meet: Exited with code 0\nc meet: Exited with code 0\n", 0},
		{"bun run --filter c goes", "c pregoes: Exited with code 9\nc goes: Skipped\n", 9},
		{"bun -F a long | awk '{ print length($0) }'", "32776\n7240\n26\n", 0},
		{"chmod +x node_modules/.bin/there; bun -F ./p/a bin", "a bin: from above\na bin: Exited with code 0\n", 0},
		{"bun -F a long | head -c 3", "a l", 0},
		{"bun run --workspaces go 2>&1", "error: Missing 'go' script at '/workspace/p/c'\n", 1},
		{"bun --filter a install 2>&1 | tail -1 | cut -c 1-40", "error: --filter is not supported here: c\n", 0},
		{"bun run --filter 2>&1", "error: The argument '--filter' requires a value but none was supplied.\n", 1},
	} {
		if out, errs, code := run(c.command, files); out != c.want || code != c.code {
			t.Errorf("%s: got %q, exit code %d, stderr %q; want %q, %d", c.command, out, code, errs, c.want, c.code)
		}
	}

	// More packages than run at once, each of which waits for the one before.
	chain := map[string]string{"package.json": `{"workspaces":["p/*"]}`}
	var want strings.Builder
	for i := range 3 * maxFiltered {
		name := "n" + string(rune('a'+i/10)) + string(rune('a'+i%10))
		needs := ""
		if i > 0 {
			needs = "n" + string(rune('a'+(i-1)/10)) + string(rune('a'+(i-1)%10))
		}
		chain["p/"+name+"/package.json"] = `{"name":"` + name + `","dependencies":{"` + needs + `":"*"},"scripts":{"go":"true"}}`
		want.WriteString(name + " go: Exited with code 0\n")
	}
	if out, errs, code := run("bun --filter '*' go", chain); out != want.String() || code != 0 {
		t.Errorf("got %q, exit code %d, stderr %q", out, code, errs)
	}
}
