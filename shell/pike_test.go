package shell_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/buntime/buntime/shell"
)

// expression makes an ERE that Go, grep, sed, awk and rg read alike.
func expression(r *rand.Rand, depth int) string {
	switch n := r.IntN(12); {
	case depth == 0 || n < 4:
		return []string{"a", "b", "c", "é", ".", "[ab]", "[^b]", "ab", "[[:space:]]"}[r.IntN(9)]
	case n < 6:
		return expression(r, depth-1) + expression(r, depth-1)
	case n < 8:
		return "(" + expression(r, depth-1) + ")" + []string{"*", "+", "?", "{2}", "{0,2}", "{1,3}", ""}[r.IntN(7)]
	case n < 10:
		return "(" + expression(r, depth-1) + "|" + expression(r, depth-1) + ")"
	case n == 10:
		return "^" + expression(r, depth-1)
	}
	return expression(r, depth-1) + []string{"$", `\b`}[r.IntN(2)]
}

// The engine that goes by states finds what Go's finds, the first match and the longest,
// with their groups.
func TestSearchByStates(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var script strings.Builder
		for range 5 {
			expr := expression(r, 4)
			var text strings.Builder
			for range 4 {
				for range r.IntN(14) {
					text.WriteString([]string{"a", "a", "b", "c", "é", " ", "ab", "x"}[r.IntN(8)])
				}
				text.WriteByte('\n')
			}
			script.WriteString("cat > f <<'X'\n" + text.String() + "X\n")
			for _, tool := range []string{
				"grep -noE -- 'EXPR' f", "grep -cvE -- 'EXPR' f", `sed -E 's/(EXPR)/[&|\1]/2' f`, "sed -zE 's/EXPR/<&>/g' f", "rg --no-config -o -r '<$0,$1>' -- 'EXPR' f",
				`awk '{ n = gsub(/EXPR/, "<&>"); print n, $0 } match($0, /EXPR/, g) { print RSTART, RLENGTH, g[1] }' f`,
				`jq -Rc --arg re 'EXPR' '[match($re; "g") | .offset, .length, .string, (.captures[] | .offset, .string)]' f`,
			} {
				script.WriteString(strings.ReplaceAll(tool, "EXPR", expr) + " 2>&1\n")
			}
		}
		var out [2]string
		for i := range out {
			s := newSystem(t.Context(), t, shell.BudgetConfig{}, nil)
			if i == 1 {
				s.SearchByStates()
			}
			out[i] = s.run(script.String()).stdout
			s.close()
		}
		if out[0] != out[1] {
			t.Fatalf("seed %d: %s", seed, difference(script.String(), out[0], out[1]))
		}
	}
}

// difference shows the first line in which two outputs part.
func difference(script, a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	at := func(lines []string) string { return strings.Join(lines[max(0, n-2):min(len(lines), n+2)], "\n") }
	return script + "\nGo's:\n" + at(x) + "\nby states:\n" + at(y)
}
