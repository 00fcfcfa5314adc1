package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// result is how one program went here.
type result struct {
	*program
	why string // the first line that differs; "" if all are equal
}

// check runs a program here and compares.
func check(ctx context.Context, o *ours, p *program) result {
	want, err := p.want()
	if err != nil {
		return result{p, err.Error()}
	}
	got, stderr, err := o.run(ctx, p)
	if err != nil {
		return result{p, err.Error()}
	}
	return result{p, difference(got, want, stderr)}
}

// difference returns "" if got is want, else the first line that differs.
func difference(got, want, stderr string) string {
	if got == want {
		return ""
	}
	g, w := strings.SplitAfter(got, "\n"), strings.SplitAfter(want, "\n")
	i := 0
	for i < len(g) && i < len(w) && g[i] == w[i] {
		i++
	}
	line := func(lines []string) string {
		if i < len(lines) {
			return fmt.Sprintf("%.300q", lines[i])
		}
		return "the end"
	}
	s := fmt.Sprintf("line %d is %s, not %s", i+1, line(g), line(w))
	if stderr != "" {
		s += fmt.Sprintf(" (stderr: %.400q)", stderr)
	}
	return s
}

// area counts the programs of an area.
type area struct {
	name          string
	passed, total int
}

func (a area) rate() float64 { return 100 * float64(a.passed) / float64(a.total) }

// summarise counts results by area; the last one is all of them.
func summarise(results []result) []area {
	var areas []area
	all := area{name: "all"}
	for _, r := range results {
		if n := len(areas); n == 0 || areas[n-1].name != r.area {
			areas = append(areas, area{name: r.area})
		}
		a := &areas[len(areas)-1]
		a.total++
		all.total++
		if r.why == "" {
			a.passed++
			all.passed++
		}
	}
	return append(areas, all)
}

func table(areas []area) string {
	var b strings.Builder
	for _, a := range areas {
		fmt.Fprintf(&b, "%-24s %4d of %4d  %5.1f %%\n", a.name, a.passed, a.total, a.rate())
	}
	return b.String()
}

// document is docs/compatibility.md.
func document(areas []area, results []result, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Compatibility

Programs of testdata/compat, run in a sandbox and compared line by line with what the real runtime printed: Bun 1.4.5
for bun-* and TypeScript, bash for the shell, Node 20 for the rest, but for what only Node 24 has (node:sqlite). A program passes only if all of its output is equal.
Written by `+"`go run ./internal/compat -write`"+` on %s.

| area | pass | of | rate |
|---|---|---|---|
`, now.UTC().Format("2006-01-02"))
	for _, a := range areas {
		fmt.Fprintf(&b, "| %s | %d | %d | %.1f %% |\n", a.name, a.passed, a.total, a.rate())
	}
	b.WriteString("\n## What differs, and why\n\n")
	none := true
	for _, r := range results {
		if r.why == "" {
			continue
		}
		none = false
		reason := r.miss
		if reason == "" {
			reason = "not explained: " + r.why
		}
		fmt.Fprintf(&b, "- `%s`: %s\n", r.program, reason)
	}
	if none {
		b.WriteString("Nothing in these programs.\n")
	}
	return b.String()
}
