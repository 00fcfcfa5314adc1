package jsgen

import (
	"strings"
	"testing"
)

// Programs are functions of their seeds, and nothing of a template is left in them.
func TestProgram(t *testing.T) {
	seen := map[string]bool{}
	for s := range uint64(500) {
		text := Program([]uint64{s, s + 1})
		if text != Program([]uint64{s, s + 1}) {
			t.Fatalf("seed %d makes two programs", s)
		}
		if at := strings.IndexByte(text, '@'); at >= 0 {
			t.Fatalf("a template is left: %.40s", text[at:])
		}
		if !strings.HasPrefix(text, Program(nil)[:len(prelude)]) {
			t.Fatal("the prelude is not there")
		}
		seen[text] = true
	}
	if len(seen) != 500 {
		t.Errorf("%d different programs", len(seen))
	}
}

// A step is the same whatever stands before it.
func TestSteps(t *testing.T) {
	one, two := Program([]uint64{7}), Program([]uint64{9, 7})
	step, _, _ := strings.Cut(one[len(prelude):], "export default")
	if !strings.Contains(two, strings.TrimPrefix(step, "await step(0")) {
		t.Errorf("the step changed:\n%s\nin\n%s", step, two)
	}
}

func TestSeeds(t *testing.T) {
	if got := Seeds([]byte{1, 0, 0, 0, 0, 0, 0, 0, 2}, 5); len(got) != 2 || got[0] != 1 || got[1] != 2 {
		t.Errorf("got %d", got)
	}
	if got := Seeds(make([]byte, 100), 3); len(got) != 3 {
		t.Errorf("got %d seeds", len(got))
	}
}
