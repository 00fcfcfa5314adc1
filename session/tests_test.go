package session

import (
	"context"
	"strings"
	"testing"
)

// What `bun test` says on standard error, and what it leaves in the workspace.
func TestBunTest(t *testing.T) {
	m, err := New(Config{Engine: engine})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	run := func(command string, files map[string]string, after string) (stdout, stderr string, code int) {
		t.Helper()
		x := &Execution{Command: command + after, IsCommand: true}
		for name, text := range files {
			x.Files = append(x.Files, File{Path: name, Content: []byte(text)})
		}
		r, err := m.Run(t.Context(), "t", x, Limits{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r.Stdout, r.Stderr, r.ExitCode
	}
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
	}, "")
	for _, want := range []string{
		"\na.test.ts:\n", "error: expect(received).toEqual(expected)\n\n  {\n-   \"a\": 2,\n+   \"a\": 1,\n  }\n\n- Expected  - 1\n+ Received  + 1\n", "(fail) fails [",
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
	out, report, code := run("bun test s > /dev/null && bun test s", snapshots, " > /dev/null && cat s.test.ts __snapshots__/s.test.ts.snap")
	if want := head + "test(\"s\", () => {\n  expect({ a: \"x`y\" }).toMatchSnapshot();\n  expect([1]).toMatchInlineSnapshot(`\n    [\n      1,\n    ]\n  `);\n" +
		"  expect({ id: 5 }).toMatchInlineSnapshot({ id: expect.any(Number) }, `\n    {\n      \"id\": Any<Number>,\n    }\n  `);\n});\n" +
		"// Bun Snapshot v1, https://bun.sh/docs/test/snapshots\n\nexports[`s 1`] = `\n{\n  \"a\": \"x\\`y\",\n}\n`;\n"; out != want {
		t.Errorf("got %q\nwant %q", out, want)
	}
	if !strings.Contains(report, "snapshots: 3 added\n") || !strings.Contains(report, "snapshots: 3 passed\n") || code != 0 {
		t.Errorf("exit code %d, report\n%s", code, report)
	}

	// A preload's hooks and mocks hold for every file; options and environment are the command's.
	out, _, code = run("bun test --preload ./setup.ts --retry 1 -t 'yes|also'", map[string]string{
		"setup.ts":   head + `beforeAll(() => console.log("first", process.env.NODE_ENV)); mock.module("./dep", () => ({ v: "mocked" }));`,
		"dep.ts":     `export const v = "real";`,
		"x.test.ts":  head + `import { v } from "./dep"; test("yes", () => console.log(v)); test("no", () => console.log("never"));`,
		"y.test.cjs": `let n = 0; test("also", () => { console.log(require("./dep").v, ++n); if (n < 2) throw 1; });`,
	}, " 2>/dev/null | tail -n +2")
	if out != "first test\nmocked\nmocked 1\nmocked 2\n" || code != 0 {
		t.Errorf("got %q, exit code %d", out, code)
	}

	if out, _, _ := run("bun t.ts", map[string]string{"t.ts": head + `try { test("x", () => {}); } catch (e) { console.log(e.message); }`}, ""); !strings.Contains(out, `Run "bun test" to run tests.`) {
		t.Errorf("outside of the runner: %q", out)
	}
}
