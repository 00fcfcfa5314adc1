package npm

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestSemver compares with npm's own package: testdata/semver/record.cjs says how
// its answers were recorded.
func TestSemver(t *testing.T) {
	b, err := os.ReadFile("testdata/semver/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded struct {
		Versions []string `json:"versions"`
		Cases    map[string]*struct {
			In  []string `json:"in"`
			Max string   `json:"max"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(b, &recorded); err != nil {
		t.Fatal(err)
	}
	if len(recorded.Cases)*len(recorded.Versions) < 300 {
		t.Fatalf("%d ranges", len(recorded.Cases))
	}
	for r, want := range recorded.Cases {
		if validRange(r) != (want != nil) {
			t.Errorf("%q: a range: %v", r, validRange(r))
		}
		if want == nil {
			continue
		}
		var in []string
		for _, v := range recorded.Versions {
			if satisfies(v, r) {
				in = append(in, v)
			}
		}
		if !slices.Equal(in, want.In) {
			t.Errorf("%q takes\n%s, npm\n%s", r, strings.Join(in, " "), strings.Join(want.In, " "))
			continue
		}
		if len(in) > 0 && compareVersions(slices.MaxFunc(in, compareVersions), want.Max) != 0 {
			t.Errorf("%q: the newest is %s, npm's %s", r, slices.MaxFunc(in, compareVersions), want.Max)
		}
	}
}
