package jsengine

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/rivo/uniseg"
)

// Sentences end where they do for uniseg, and whatever a text is made of they are found
// in a time that grows with its length (I2, I12).
func TestI12Sentences(t *testing.T) {
	split := func(text string, first func(string, int) (string, string, int)) (all []string) {
		for state := -1; text != ""; {
			var s string
			s, text, state = first(text, state)
			all = append(all, s)
		}
		return all
	}
	ours := func(text string, state int) (string, string, int) {
		s, rest, st, _ := firstSentence(text, state, func() {})
		return s, rest, st
	}
	words := []string{"word", "Word", "U.S.", "3.14", "e.g.", ".", "!", "?", ") ", "\"", " ", "  ", " ", " ", "\n", "\r\n", "\u2029", "é", "e\u0301", "文。", "،", "1", "...", "(", "👨‍👩‍👧"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		var b strings.Builder
		stop := 1 + r.IntN(40) // how rare what may end a sentence is
		for range r.IntN(400) {
			w := words[r.IntN(len(words))]
			if r.IntN(stop) > 0 {
				w = words[r.IntN(2)] + " "
			}
			b.WriteString(w)
		}
		text := b.String()
		if got, want := split(text, ours), split(text, uniseg.FirstSentenceInString); strings.Join(got, "|") != strings.ReplaceAll(strings.Join(want, "|"), "\r|\n", "\r\n") {
			t.Fatalf("%q:\n%q, want\n%q", text, got, want)
		}
	}
	p := newProcess(t)
	for name, text := range map[string]string{
		"spaces":       "a. " + strings.Repeat(" ", 200_000),
		"brackets":     "a." + strings.Repeat(")", 200_000),
		"both, often":  strings.Repeat("a."+strings.Repeat(")", 200)+strings.Repeat(" ", 50), 800),
		"digits":       "a." + strings.Repeat(") ", 1000) + strings.Repeat("1", 200_000),
		"one letter":   "e" + strings.Repeat("\u0301", 100_000),
		"no full stop": strings.Repeat("word ", 40_000),
	} {
		began := time.Now()
		p.call(t, "intl.segment", text, "sentence")
		// One look at the rest for each character took minutes.
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%s: %d bytes took %v", name, len(text), took)
		}
	}
}

// What a comparison takes is charged, and a long one holds no slice (I2, I12).
func TestComparisonsAreCharged(t *testing.T) {
	fuel := func(code string) int64 {
		var errs strings.Builder
		r, err := testEngine.Run(t.Context(), &Program{Code: "const a = 'ab c'.repeat(100000), c = new Intl.Collator(); " + code, Language: "js", Stderr: &errs})
		if err != nil || r.ExitCode != 0 {
			t.Fatalf("%+v, %v, stderr %q", r, err, errs.String())
		}
		return r.Fuel
	}
	none := fuel("c.compare('a', 'b')")
	if spent := fuel("if (c.compare(a + 'a', a + 'b') !== -1) throw 1") - none; spent < 8*400_000 {
		t.Errorf("400,000 bytes, twice, cost %d", spent)
	}
}
