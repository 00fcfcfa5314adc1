package session

import (
	"context"
	"encoding/xml"
	"strings"
	"testing"
)

// lines returns a function that runs a command line over files in a workspace of its own.
func lines(t *testing.T) func(command string, files map[string]string) (stdout, stderr string, code int) {
	m, err := New(Config{Engine: engine})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return func(command string, files map[string]string) (stdout, stderr string, code int) {
		t.Helper()
		x := &Execution{Command: command, IsCommand: true}
		for name, text := range files {
			x.Files = append(x.Files, File{Path: name, Content: []byte(text)})
		}
		r, err := m.Run(t.Context(), "t", x, Limits{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r.Stdout, r.Stderr, r.ExitCode
	}
}

// What `bun test` says on standard error, and what it leaves in the workspace.
func TestBunTest(t *testing.T) {
	run := lines(t)
	const head = `import { test, expect, describe, beforeAll, mock } from "bun:test";` + "\n"

	_, report, code := run("bun test", map[string]string{
		"a.test.ts": head + `
			test("fails", () => { expect({ a: 1 }).toEqual({ a: 2 }); });
			describe("group", () => {
				test("passes", () => { expect(1).toBe(1); });
				test.skip("skipped", () => {});
				test.todo("later");
				test("late", () => new Promise(() => {}), 5);
				test("unhandled", async () => { Promise.reject(new Error("nobody waits")); await new Promise((r) => setTimeout(r, 1)); });
				test.failing("no failure", () => {});
			});
			describe("broken", () => { beforeAll(() => { throw new Error("in beforeAll"); }); test("never", () => {}); });
			test("counts", () => { expect.assertions(2); expect(1).toBe(1); });
		`,
		"b.test.ts": `throw new Error("at load");`,
	})
	for _, want := range []string{
		"\na.test.ts:\n", "error: expect(received).toEqual(expected)\n\n  {\n-   \"a\": 2,\n+   \"a\": 1,\n  }\n\n- Expected  - 1\n+ Received  + 1\n\n      at <anonymous> (/workspace/a.test.ts:3:43)\n(fail) fails [",
		"1 | import { test, expect, describe, beforeAll, mock } from \"bun:test\";\n2 | \n3 | \t\t\ttest(\"fails\", () => { expect({ a: 1 }).toEqual({ a: 2 }); });\n" + strings.Repeat(" ", 46) + "^\nerror: expect",
		"(pass) group > passes [", "(skip) group > skipped\n", "(todo) group > later\n", "(fail) group > late [", "  ^ this test timed out after 5ms.\n",
		"nobody waits", "(fail) group > unhandled [", "  ^ this test is marked as failing but it passed.", "in beforeAll", "(fail) broken > never [",
		"AssertionError: expected 2 assertions, but test ended with 1 assertion\n", "\nb.test.ts:\n\n# Unhandled error between tests\n", "at load",
		"\n 1 pass\n 1 skip\n 1 todo\n 6 fail\n 1 error\n 3 expect() calls\nRan 9 tests across 2 files. [",
	} {
		if !strings.Contains(report, want) {
			t.Errorf("no %q in\n%s", want, report)
		}
	}
	if code != 1 {
		t.Errorf("exit code %d", code)
	}

	// Snapshots are written beside the test and into its source, and hold the next run.
	snapshots := map[string]string{"s.test.ts": head + `test("s", () => {
  expect({ a: "x` + "`" + `y" }).toMatchSnapshot();
  expect([1]).toMatchInlineSnapshot();
  expect({ id: 5 }).toMatchInlineSnapshot({ id: expect.any(Number) });
});
`}
	out, report, code := run("bun test s > /dev/null && bun test s > /dev/null && cat s.test.ts __snapshots__/s.test.ts.snap", snapshots)
	if want := head + "test(\"s\", () => {\n  expect({ a: \"x`y\" }).toMatchSnapshot();\n  expect([1]).toMatchInlineSnapshot(`\n    [\n      1,\n    ]\n  `);\n" +
		"  expect({ id: 5 }).toMatchInlineSnapshot({ id: expect.any(Number) }, `\n    {\n      \"id\": Any<Number>,\n    }\n  `);\n});\n" +
		"// Bun Snapshot v1, https://bun.sh/docs/test/snapshots\n\nexports[`s 1`] = `\n{\n  \"a\": \"x\\`y\",\n}\n`;\n"; out != want {
		t.Errorf("got %q\nwant %q", out, want)
	}
	if !strings.Contains(report, "snapshots: 3 added\n") || !strings.Contains(report, "snapshots: 3 passed\n") || code != 0 {
		t.Errorf("exit code %d, report\n%s", code, report)
	}

	// A preload's hooks and mocks hold for every file; options and environment are the command's.
	out, _, code = run("bun test --preload ./setup.ts --retry 1 -t 'yes|also' 2>/dev/null | tail -n +2", map[string]string{
		"setup.ts":   head + `beforeAll(() => console.log("first", process.env.NODE_ENV)); mock.module("./dep", () => ({ v: "mocked" }));`,
		"dep.ts":     `export const v = "real";`,
		"x.test.ts":  head + `import { v } from "./dep"; test("yes", () => console.log(v)); test("no", () => console.log("never"));`,
		"y.test.cjs": `let n = 0; test("also", () => { console.log(require("./dep").v, ++n); if (n < 2) throw 1; });`,
	})
	if out != "first test\nmocked\nmocked 1\nmocked 2\n" || code != 0 {
		t.Errorf("got %q, exit code %d", out, code)
	}

	// A mock reaches what imported the module before, and names of other runners are Bun's.
	out, report, code = run("bun test m | tail -n +2", map[string]string{
		"dep.ts":  `export const v = "real"; export default "real default"; export function f() { return v; }`,
		"user.ts": `import d, { v } from "./dep"; export const seen = () => [d, v];`,
		"m.test.ts": `import { test, vi } from "vitest"; import { expect, jest } from "@jest/globals"; import { hostname } from "node:os"; import { seen } from "./user"; import { f } from "./dep";
			vi.mock("./dep", () => ({ v: "mocked", default: "mocked default" }));
			jest.mock("os", () => ({ hostname: () => "patched" }));
			test("live", () => { expect(hostname()).toBe("patched"); console.log(...seen(), f()); });`,
	})
	if out != "mocked default mocked mocked\n" || code != 0 {
		t.Errorf("got %q, exit code %d, %s", out, code, report)
	}

	// The report for machines is well-formed whatever names and messages hold, and has each outcome.
	out, _, code = run("bun test --reporter=junit --reporter-outfile=deep/out.xml > /dev/null 2>&1; cat deep/out.xml", map[string]string{"x.test.ts": head + `
		test("\u0000\u001b<a b=\"'\">]]>&\n", () => { throw new TypeError("\u0007</failure>"); });
		test("late", () => new Promise(() => {}), 5);
		test.failing("no failure", () => {});
		test("one", () => { expect(1).toBe(1); });
		test("two", async () => { await 1; expect(1).toBe(1); expect(1).toBe(1); });`})
	if err := xml.Unmarshal([]byte(out), new(struct{})); err != nil {
		t.Errorf("%v in %s", err, out)
	}
	for _, want := range []string{
		`tests="5" assertions="3" failures="3" skipped="0" time="`, `<testcase name="&lt;a b=&quot;&apos;&quot;&gt;]]&gt;&amp;&#10;" classname="" time="`,
		`<failure type="TypeError" message="&lt;/failure&gt;">TypeError: &lt;/failure&gt;&#10;</failure>`, `<failure type="TimeoutError" message="Test timed out" />`,
		`<failure type="AssertionError" message="test marked with .failing() did not throw" />`, `line="6" assertions="1" />`, `line="7" assertions="2" />`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if code != 0 {
		t.Errorf("exit code %d", code)
	}

	// What two long texts share is searched within bounds.
	_, report, code = run("bun test long", map[string]string{"long.test.ts": head + `
		const lines = (n) => Array.from({ length: 5000 }, (_, i) => i * n);
		test("long", () => { expect(lines(2)).toEqual(lines(3)); });`})
	if !strings.Contains(report, "\n- Expected  - 4999\n+ Received  + 4999\n") || code != 1 {
		t.Errorf("exit code %d, %d bytes of report", code, len(report))
	}

	if out, _, _ := run("bun t.ts", map[string]string{"t.ts": head + `try { test("x", () => {}); } catch (e) { console.log(e.message); }`}); !strings.Contains(out, `Run "bun test" to run tests.`) {
		t.Errorf("outside of the runner: %q", out)
	}
}

// What `node --test` finds, runs and prints, in each of its formats.
func TestNodeTest(t *testing.T) {
	run := lines(t)
	files := map[string]string{
		"a.test.mjs": `import test, { describe, it } from "node:test"; import assert from "node:assert";
test("passes", () => {});
test("fails", () => { assert.strictEqual(1, 2); });
describe("suite", () => { it("inner", () => { throw new TypeError("boom"); }); });
test("late", { timeout: 5 }, () => new Promise(() => {}));
test("cancelled child", (t) => { t.test("child", () => new Promise((r) => setTimeout(r, 1000))); });
test("uncaught", async () => { setTimeout(() => { throw new Error("nobody catches"); }, 1); await new Promise((r) => setTimeout(r, 1000)); });
test("planned", { plan: 2 }, (t) => { t.assert.ok(true); });
`,
		"test/b.cjs":             `require("node:test")("in a folder", { todo: "later" }, () => { throw 1; });`,
		"broken-test.js":         `throw new Error("at load");`,
		"other.mjs":              `console.log("never");`,
		"node_modules/x.test.js": `console.log("never");`,
	}
	out, _, code := run("node --test", files)
	for _, want := range []string{
		"TAP version 13\n# Subtest: passes\nok 1 - passes\n  ---\n  duration_ms: ", "\nnot ok 2 - fails\n", "  location: '/workspace/a.test.mjs:3:1'\n  failureType: 'testCodeFailure'\n  error: |-\n    Expected values",
		"    # Subtest: inner\n    not ok 1 - inner\n", "      name: 'TypeError'\n      stack: |-\n        TestContext.<anonymous> (", "    1..1\nnot ok 3 - suite\n", "  error: '1 subtest failed'\n",
		"  failureType: 'testTimeoutFailure'\n  error: 'test timed out after 5ms'\n", "  failureType: 'cancelledByParent'\n", "error: 'nobody catches'\n", "error: 'plan expected 2 assertions but received 1'\n",
		"not ok 9 - in a folder # TODO later\n", "not ok 8 - /workspace/broken-test.js\n",
		"\n1..9\n# tests 10\n# suites 1\n# pass 1\n# fail 6\n# cancelled 2\n# skipped 0\n# todo 1\n# duration_ms ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if code != 1 {
		t.Errorf("exit code %d", code)
	}

	out, _, code = run("node --test --test-reporter=spec --test-name-pattern=inner --test-name-pattern '/^pass/' a.test.mjs", files)
	for _, want := range []string{"\u2714 passes (", "\ufe63 fails (", "\u25b6 suite\n  \u2716 inner (", "    TypeError: boom\n        at ", "\u2139 pass 1\n", "\n\u2716 failing tests:\n\ntest at a.test.mjs:4:"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if code != 1 {
		t.Errorf("exit code %d", code)
	}

	events := `import { run } from "node:test"; for await (const e of run({ files: ["good.mjs"] })) if (e.data.name) console.log(e.type, e.data.name, e.data.nesting);`
	out, errs, code := run("node --test --test-reporter dot good.mjs && node events.mjs", map[string]string{
		"good.mjs": `import test from "node:test"; test("one", async (t) => { await t.test("two", () => {}); });`, "events.mjs": events,
	})
	if want := "..\ntest:start one 0\ntest:start two 1\ntest:pass two 1\ntest:pass one 0\n"; out != want || code != 0 {
		t.Errorf("got %q, want %q, exit code %d, stderr %q", out, want, code, errs)
	}
}
