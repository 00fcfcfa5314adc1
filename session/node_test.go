package session

import "testing"

// What node's options, NODE_OPTIONS and files of variables load before a program, and
// how it finds the shell's tools and the commands of the project's packages.
func TestNodeBefore(t *testing.T) {
	run := lines(t)
	files := map[string]string{
		"a.js":                           `console.log("a", process.env.FOO, process.execArgv.join(), require.main === module, process.argv.length)`,
		"a.mjs":                          `console.log("a", globalThis.seen)`,
		"r.js":                           `console.log("r", module.isPreloading, require.main)`,
		"i.mjs":                          `console.log("i"); globalThis.seen = "i"`,
		"bad.mjs":                        `throw new Error("bad")`,
		"one.env":                        "FOO=one\nBAR=x\n",
		"with space.js":                  `console.log("space")`,
		"node_modules/dep/package.json":  `{"name":"dep","exports":{"./hook":{"import":"./hook.mjs","require":"./hook.cjs"}}}`,
		"node_modules/dep/hook.mjs":      `console.log("imported")`,
		"node_modules/dep/hook.cjs":      `console.log("required")`,
		"node_modules/@o/t/package.json": `{"name":"@o/t","version":"1.2.3","bin":{"tee-bin":"b.js"}}`,
		"node_modules/@o/t/b.js":         "#!/usr/bin/env node\nconsole.log('tool', process.argv[2], require('child_process').spawnSync('tee-bin', ['again'], { env: process.argv[2] === 'again' ? {} : process.env }).status)",
	}
	for _, c := range []struct {
		command, want string
		code          int
	}{
		{"node -r ./r.js a.js", "r true undefined\na undefined -r,./r.js true 2\n", 0},
		{"node --import ./i.mjs --require=./r.js a.mjs x", "r true undefined\ni\na i\n", 0},
		{"node -r dep/hook a.mjs; node --import dep/hook a.mjs; node --import=file://$PWD/i.mjs a.mjs", "required\na undefined\nimported\na undefined\ni\na i\n", 0},
		{"node -r ./r.js -e 'console.log(1)'; echo 'console.log(2)' | node -r ./r.js -", "r true undefined\n1\nr true undefined\n2\n", 0},
		{"NODE_OPTIONS='--no-warnings --require \"./with space.js\" --import ./i.mjs' node a.mjs", "space\ni\na i\n", 0},
		{"node --env-file=one.env a.js; FOO=mine node --env-file one.env --env-file-if-exists=none a.js", "a one --env-file=one.env true 2\na mine --env-file,one.env,--env-file-if-exists=none true 2\n", 0},
		{"node --env-file=none a.js 2>&1", "node: none: not found\n", 9},
		{"node --import ./bad.mjs a.js 2>&1 | head -5; node --import ./bad.mjs a.js 2> /dev/null", "/workspace/bad.mjs:1\nthrow new Error(\"bad\")\n      ^\n\nError: bad\n", 1},
		{"node -r ./none.js a.js 2>&1 | head -1; node -r 2>&1", "Error: Cannot find module './none.js'\nnode: -r requires an argument\n", 9},
		{`node -e 'const fs = require("fs"); console.log(fs.existsSync(process.execPath), fs.statSync("/usr/bin/bash").isFile(), fs.realpathSync("/bin/ls"), fs.existsSync("/usr/bin/none"), fs.existsSync("/usr/bin")); fs.accessSync("/usr/bin/env", fs.constants.X_OK)'`, "true true /bin/ls false false\n", 0},
		{`node -e 'const { register } = require("module"); register("./x"); register("./y"); console.log("on")' 2>&1 | tail -n +1 | cut -d " " -f 2-4`, "on\nWarning: module.register() changes\n`node --trace-warnings ...`\n", 0},
		{"chmod +x node_modules/@o/t/b.js; mkdir node_modules/.bin; ln -s ../@o/t/b.js node_modules/.bin/tee-bin; npx @o/t x; npx @o/t@^1.0.0 y; npx tee-bin z", "tool x 0\ntool y 0\ntool z 0\n", 0},
	} {
		if out, errs, code := run(c.command, files); out != c.want || code != c.code {
			t.Errorf("%s: got %q, exit code %d, stderr %q; want %q, %d", c.command, out, code, errs, c.want, c.code)
		}
	}
}

// What later versions of Node have and packages for them take as given.
func TestNodeLater(t *testing.T) {
	run := lines(t)
	files := map[string]string{
		"zstd.cjs": `const zlib = require("zlib"), { pipeline } = require("stream/promises"), { Readable } = require("stream"), c = zlib.constants;
(async () => {
	const x = zlib.zstdCompressSync("hello ".repeat(1000), { params: { [c.ZSTD_c_compressionLevel]: 5 } });
	let n = 0;
	const d = zlib.createZstdDecompress({ params: { [c.ZSTD_d_windowLogMax]: 23 } }).on("data", (b) => { n += b.length; });
	await pipeline(Readable.from([x.subarray(0, 5), x.subarray(5)]), d);
	console.log(x.length < 100, n, await new Promise((f) => zlib.zstdDecompress(x, (e, b) => f(b.length))));
	for (const f of [() => zlib.zstdDecompressSync(Buffer.from("nonsense")), () => zlib.zstdCompressSync("x", { params: { no: 1 } })]) try { f(); } catch (e) { console.log(e.code); }
	console.log(Object.keys(zlib).some((k) => /zstd/i.test(k)));
})();`,
		"clone.cjs": `const { markAsUncloneable } = require("worker_threads"); const a = new (class A {})(); markAsUncloneable(a); markAsUncloneable(1);
for (const v of [a, { a }, { b: 1 }]) try { console.log(structuredClone(v)); } catch (e) { console.log(e.name); }`,
		"cache.cjs": `const m = require("module"); console.log(m.enableCompileCache().status === m.constants.compileCacheStatus.DISABLED, m.getCompileCacheDir(), m.flushCompileCache());`,
	}
	for _, c := range []struct{ command, want string }{
		{"node zstd.cjs", "true 6000 6000\nZSTD_error_prefix_unknown\nERR_ZSTD_INVALID_PARAM\nfalse\n"},
		{"node clone.cjs", "DataCloneError\nDataCloneError\n{ b: 1 }\n"},
		{"node cache.cjs", "true undefined undefined\n"},
	} {
		if out, errs, code := run(c.command, files); out != c.want || code != 0 {
			t.Errorf("%s: got %q, exit code %d, stderr %q; want %q", c.command, out, code, errs, c.want)
		}
	}
}

// tsx takes what is written for a module as it is meant, whatever package.json says of
// it, and finds modules without their extensions and by tsconfig's paths, as a compiler
// does.
func TestTsx(t *testing.T) {
	run := lines(t)
	files := map[string]string{
		"tsconfig.json": `{"compilerOptions":{"baseUrl":".","paths":{"@lib/*":["lib/*"]}}}`,
		"lib/a.ts":      `export const lib = 1; export default function hi() { return "hi"; }`,
		"c.cjs":         `module.exports = { c: 1 };`,
		"j.js":          `exports.j = 2;`,
		"e.ts":          `export enum E { A = 1 }`,
		"both.ts": `import path from "node:path";
import hi, { lib } from "./lib/a";
import { lib as l2 } from "@lib/a";
import { E } from "./e.js";
import c = require("./c.cjs");
import j from "./j";
import dep from "dep";
const d = require("./lib/a");
console.log(lib, l2, hi(), E.A, c.c, j.j, d.lib, dep, path.basename(__filename), require.main === module, process.versions.bun);
import("./lib/a").then((x) => console.log(x.lib));`,
		"esm.ts":                        `import { lib } from "@lib/a"; import { E } from "./e.js"; import j from "./j"; const x = await import("./lib/a"); console.log(lib, E.A, j.j, x.lib);`,
		"node_modules/dep/package.json": `{"name":"dep","exports":{"bun":"./bun.js","node":"./node.js"}}`,
		"node_modules/dep/node.js":      `module.exports = "for Node";`,
		"node_modules/dep/bun.js":       `module.exports = "for Bun";`,
	}
	for typ, want := range map[string]string{
		"commonjs": "1 1 hi 1 1 2 1 for Node both.ts true undefined\n1\n",
		"module":   "1 1 2 1\n",
	} {
		files["package.json"] = `{"type":"` + typ + `"}`
		command := "tsx both.ts"
		if typ == "module" {
			command = "tsx esm.ts"
		}
		if out, errs, code := run(command, files); out != want || code != 0 {
			t.Errorf("%s: got %q, exit code %d, stderr %q; want %q", typ, out, code, errs, want)
		}
	}
}
