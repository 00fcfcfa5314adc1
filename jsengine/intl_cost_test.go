package jsengine

import "testing"

// TestLocaleCompareByLocale: a comparison that names its locale, as sorts do for each pair, costs about what one by the
// default costs: its rules are not made anew.
func TestLocaleCompareByLocale(t *testing.T) {
	spent := func(call string) uint64 {
		t.Helper()
		r, out, stderr := run(t, Program{Code: `let n = 0; for (let i = 0; i < 1000; i++) n += ` + call + `; console.log(n)`, Node: true, Seed: new([32]byte)})
		if out != "-1000\n" {
			t.Fatalf("%s: printed %q, stderr %q", call, out, stderr)
		}
		return uint64(r.Fuel)
	}
	plain, named := spent(`"item 1".localeCompare("item 2")`), spent(`"item 1".localeCompare("item 2", "en")`)
	if named > 2*plain {
		t.Errorf("1,000 comparisons by a locale spent %d, by the default %d", named, plain)
	}
}
