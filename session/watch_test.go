package session

import "testing"

// What watches its files starts again when one of its modules changes, and not when
// another file does; a server can be asked before and after.
func TestWatch(t *testing.T) {
	run := lines(t)
	files := map[string]string{
		"server.js":   `const { v } = require("./v"); require("http").createServer((q, s) => s.end(v + "\n")).listen(3000, () => console.log("up", v, ...process.argv.slice(2)));`,
		"v.js":        `exports.v = 1;`,
		"ends.mjs":    `import { readFileSync } from "fs"; console.log("ran", readFileSync("data.txt", "utf8").trim());`,
		"data.txt":    "a\n",
		"fails.js":    `throw 1`,
		"graceful.js": `process.on("SIGTERM", () => { console.log("bye"); process.exit(); }); setInterval(() => {}, 1000); console.log("up");`,
		"server.ts":   `import { v } from "./v.ts"; const n: number = v; Bun.serve({ port: 3000, fetch: () => new Response(n + "\n") }); console.log("up", n);`,
		"plain.ts":    `import { v } from "./v.ts"; import http from "node:http"; http.createServer((q, s) => s.end(v + "\n")).listen(3000, () => console.log("up", v as number));`,
		"v.ts":        `export const v = 1;`,
	}
	until := func(text string) string { return "until grep -qs '" + text + "' out; do sleep 0.02; done; " }
	for _, c := range []struct {
		command, want string
		code          int
	}{
		{"node --watch server.js x > out & " + until("up 1") + "curl -s localhost:3000; touch other.js; echo 'exports.v = 2' > v.js; " + until("up 2") + "curl -s localhost:3000; kill $!; wait; curl -s localhost:3000; cat out", "1\n2\nup 1 x\nRestarting 'server.js x'\nup 2 x\n", 0},
		{"node --watch ends.mjs > out & " + until("Completed") + "echo b > data.txt; sleep 0.5; sed -i s/ran/then/ ends.mjs; " + until("then b") + "kill $!; head -4 out", "ran a\nCompleted running 'ends.mjs'\nRestarting 'ends.mjs'\nthen b\n", 0},
		{"node --watch --watch-path=data.txt ends.mjs > out & " + until("Completed") + "echo b > data.txt; " + until("ran b") + "kill $!; head -4 out", "ran a\nCompleted running 'ends.mjs'\nRestarting 'ends.mjs'\nran b\n", 0},
		{"node --watch fails.js > out 2> /dev/null & " + until("Failed") + "echo 'console.log(\"good\")' > fails.js; " + until("Completed") + "kill $!; cat out", "Failed running 'fails.js'\nRestarting 'fails.js'\ngood\nCompleted running 'fails.js'\n", 0},
		{"node --watch graceful.js > out & " + until("up") + "echo ';' >> graceful.js; " + until("Restarting") + "head -3 out; kill $!", "up\nbye\nRestarting 'graceful.js'\n", 0},
		{"bun --watch server.ts > out & " + until("up 1") + "echo 'export const v = 2' > v.ts; " + until("up 2") + "curl -s localhost:3000; kill $!; wait", "2\n", 0},
		{"tsx watch plain.ts > out & " + until("up 1") + "echo 'export const v = 2' > v.ts; " + until("up 2") + "curl -s localhost:3000; ps -o args= | grep tsx; kill $!; wait; pgrep -c tsx", "2\ntsx watch plain.ts\ntsx plain.ts\n0\n", 1},
		{"node --watch 2>&1; node --watch -e 1 2>&1; timeout 1 node --watch none.js 2>&1 | grep -c -e Failed -e Restarting", "node: --watch requires specifying a file\nnode: --watch requires specifying a file\n1\n", 0},
	} {
		if out, errs, code := run(c.command, files); out != c.want || code != c.code {
			t.Errorf("%s: got %q, exit code %d, stderr %q; want %q, %d", c.command, out, code, errs, c.want, c.code)
		}
	}
}
