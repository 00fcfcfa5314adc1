package jsengine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestRuntimeURL runs the web-platform-tests' data for the URL classes in a guest.
func TestRuntimeURL(t *testing.T) {
	tests := map[string]struct{ file, code string }{
		"parse": {"urltestdata.json", `
			for (const t of import.meta.input) {
				if (typeof t === "string") continue;
				total++;
				let u = null;
				try { u = new URL(t.input, t.base ?? undefined); } catch (e) { if (!(e instanceof TypeError)) fail(t.input, "threw", e); }
				if ((u === null) !== !!t.failure || URL.canParse(t.input, t.base ?? undefined) !== !t.failure) { fail(t.input, t.base, "parsed", u); continue; }
				if (u === null) continue;
				for (const key of ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"])
					if (t[key] !== undefined && u[key] !== t[key]) fail(t.input, key, u[key], "want", t[key]);
				if (t.searchParams !== undefined && String(u.searchParams) !== t.searchParams) fail(t.input, "searchParams", String(u.searchParams));
				if (String(u) !== u.href || u.toJSON() !== u.href) fail(t.input, "strings");
			}`},
		"set": {"setters_tests.json", `
			for (const [part, list] of Object.entries(import.meta.input)) {
				if (part === "comment") continue;
				for (const t of list) {
					total++;
					const u = new URL(t.href);
					const params = u.searchParams;
					u[part] = t.new_value;
					for (const [key, want] of Object.entries(t.expected)) if (u[key] !== want) fail(t.href, part, t.new_value, key, u[key], "want", want);
					if (String(params) !== String(new URLSearchParams(u.search))) fail(t.href, part, "params", String(params));
				}
			}`},
		"toascii": {"toascii.json", `
			for (const t of import.meta.input) {
				if (typeof t === "string") continue;
				total++;
				let got = null;
				try { got = new URL("https://" + t.input + "/x").hostname; } catch {}
				if (got !== t.output) fail(t.input, got, "want", t.output);
				for (const key of ["host", "hostname"]) {
					const u = new URL("https://x/x");
					u[key] = t.input;
					if (u[key] !== (t.output ?? "x")) fail(t.input, key, u[key]);
				}
			}`},
		"percent-encoding": {"percent-encoding.json", `
			for (const t of import.meta.input) {
				if (typeof t === "string") continue;
				total++;
				const u = new URL("about:blank?" + t.input + "#" + t.input);
				if (u.search !== "?" + t.output["utf-8"] || u.hash !== "#" + t.output["utf-8"]) fail(t.input, u.search, u.hash);
			}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("..", "testdata", "wpt", tt.file))
			if err != nil {
				t.Fatal(err)
			}
			code := `let total = 0; const failed = []; const fail = (...v) => failed.push(v.map(String).join(" "));` + tt.code +
				`; export default { total, failed };`
			r, _, errOut := run(t, Program{Code: code, Language: "js", Input: data})
			var result struct {
				Total  int
				Failed []string
			}
			if err := json.Unmarshal(r.Value, &result); err != nil || result.Total == 0 {
				t.Fatalf("result %s, %v (stderr %q)", r.Value, err, errOut)
			}
			for _, f := range result.Failed {
				t.Error(f)
			}
			t.Logf("%s: %d of %d", tt.file, result.Total-len(result.Failed), result.Total)
		})
	}
}
