package jsengine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRuntimeURL runs the web-platform-tests' data for the URL classes in a guest.
func TestRuntimeURL(t *testing.T) {
	tests := map[string]struct {
		file, code string
		may        int // percent that may fail
	}{
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
			}`, 0},
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
			}`, 0},
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
			}`, 0},
		"pattern": {"urlpatterntestdata.json", `
			const components = ["protocol", "username", "password", "hostname", "port", "pathname", "search", "hash"];
			const earlier = { protocol: [], username: [], password: [], hostname: ["protocol"], port: ["protocol", "hostname"] };
			earlier.pathname = [...earlier.port, "port"];
			earlier.search = [...earlier.pathname, "pathname"];
			earlier.hash = [...earlier.search, "search"];
			const groupsOf = (o) => JSON.stringify(Object.entries(o).map(([k, v]) => [k, v ?? null]).sort());
			for (const t of import.meta.input) {
				if (typeof t === "string") continue;
				total++;
				const label = JSON.stringify(t.pattern);
				let p;
				try { p = new URLPattern(...t.pattern); } catch (e) { if (t.expected_obj !== "error" || !(e instanceof TypeError)) fail(label, "threw", e); continue; }
				if (t.expected_obj === "error") { fail(label, "did not throw"); continue; }
				const given = typeof t.pattern[0] === "object" ? t.pattern[0] : null;
				const base = given !== null ? given.baseURL : typeof t.pattern[1] === "string" ? t.pattern[1] : undefined;
				const empty = t.exactly_empty_components ?? [];
				let wrong = "";
				for (const c of components) {
					let want;
					if (t.expected_obj?.[c] !== undefined) want = t.expected_obj[c];
					else if (empty.includes(c)) want = "";
					else if (given?.[c] !== undefined) want = given[c];
					else if (given !== null && earlier[c].some((e) => e in given)) want = "*";
					else if (base !== undefined && c !== "username" && c !== "password") want = new URL(base)[c].replace(c === "protocol" ? /:$/ : /^[?#]/, "");
					else want = "*";
					if (p[c] !== want) wrong = c + " is " + p[c] + ", want " + want;
				}
				if (t.inputs !== undefined && wrong === "") {
					let m, tested;
					try { tested = p.test(...t.inputs); m = p.exec(...t.inputs); } catch (e) { m = "error"; }
					if ((m === "error") !== (t.expected_match === "error")) wrong = "exec: " + m;
					else if (m !== "error") {
						if (tested !== !!t.expected_match || (m !== null) !== tested) wrong = "test is " + tested;
						else if (m !== null) {
							if (JSON.stringify(m.inputs) !== JSON.stringify(t.expected_match.inputs ?? t.inputs)) wrong = "inputs " + JSON.stringify(m.inputs);
							for (const c of components) {
								const want = t.expected_match[c] ?? { input: "", groups: empty.includes(c) ? {} : { 0: "" } };
								if (m[c].input !== want.input || groupsOf(m[c].groups) !== groupsOf(want.groups)) wrong = c + " is " + JSON.stringify(m[c]);
							}
						}
					}
				}
				if (wrong !== "") fail(label, wrong);
			}`, 1},
		"percent-encoding": {"percent-encoding.json", `
			for (const t of import.meta.input) {
				if (typeof t === "string") continue;
				total++;
				const u = new URL("about:blank?" + t.input + "#" + t.input);
				if (u.search !== "?" + t.output["utf-8"] || u.hash !== "#" + t.output["utf-8"]) fail(t.input, u.search, u.hash);
			}`, 0},
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
			if len(result.Failed) > result.Total*tt.may/100 {
				t.Errorf("%d of %d fail, more than %d %%: %s", len(result.Failed), result.Total, tt.may, strings.Join(result.Failed, "\n"))
			}
			t.Logf("%s: %d of %d", tt.file, result.Total-len(result.Failed), result.Total)
		})
	}
}
