package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// report is what a run found.
type report struct {
	facts     []string // of the machine
	versions  []string // of the peers
	loadAfter string
	took      time.Duration
	peers     []*peer
	tables    []table
	aims      []aim
	lost      []loss
	failures  []failure
}

// table is one part of the results.
type table struct {
	title, how string
	columns    []string
	rows       [][]string
}

// aim is a figure that was promised.
type aim struct{ what, target, figure, met string }

// loss is a case in which a peer is better.
type loss struct {
	what  string
	peer  string
	ratio series // less than 1: how much of ours theirs is
}

// failure is what could not be measured.
type failure struct {
	peer *peer
	what string
	err  error
}

const (
	atMost  = -1
	atLeast = 1
)

// aim compares a figure with what was promised.
func (r *report) aim(what, target string, got series, unit string, bound float64, side float64) {
	met := "no"
	switch m := got.median(); {
	case math.IsNaN(m):
		met = "not measured"
	case (m-bound)*side >= 0:
		met = "yes"
	}
	r.aims = append(r.aims, aim{what, target, got.text(unit), met})
}

// compare takes note of where a peer is better than we: its ratio, by which more
// than 1 is for us, is less.
func (r *report) compare(what string, p *peer, ratio series) {
	if !p.own && ratio.median() < 1 {
		r.lost = append(r.lost, loss{what, p.name, ratio})
	}
}

// machine notes where and when this runs.
func (r *report) machine(ctx context.Context, b *bench) {
	cpu := firstLine("/proc/cpuinfo", "model name")
	if cpu == "" {
		cpu = runtime.GOARCH
	}
	memory := firstLine("/proc/meminfo", "MemTotal")
	kernel, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		kernel = []byte("unknown")
	}
	commit, err := b.output(ctx, b.root, "git", "describe", "--always", "--dirty", "--abbrev=10")
	if err != nil {
		commit = "unknown"
	}
	r.facts = []string{
		fmt.Sprintf("%d processors, %s, %s of memory", runtime.NumCPU(), cpu, memory),
		fmt.Sprintf("%s %s/%s, %s", strings.TrimSpace(string(kernel)), runtime.GOOS, runtime.GOARCH, runtime.Version()),
		fmt.Sprintf("commit %s, %s", strings.TrimSpace(commit), b.began.UTC().Format(day)),
		fmt.Sprintf("load average at the start %s", loadAverage()),
	}
}

// verdict is an error if the run must not be believed.
func (r *report) verdict() error {
	var errs []error
	for _, f := range r.failures {
		var wrong *wrongError
		if f.peer.own || errors.As(f.err, &wrong) {
			errs = append(errs, fmt.Errorf("%s: %s: %w", f.peer.name, f.what, f.err))
		}
	}
	return errors.Join(errs...)
}

// markdown is the whole of the results.
func (r *report) markdown() string {
	var w strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&w, format+"\n", args...) }
	line("# Results\n")
	line("Written by `make bench`; README.md beside it says how to read it. A figure is the median")
	line("of its rounds, with the least and the most in brackets.\n")
	for _, f := range r.facts {
		line("- %s", f)
	}
	line("- load average at the end %s, which the load itself is part of; it took %s", r.loadAfter, r.took.Round(time.Second))
	slices.Sort(r.versions)
	line("- %s", strings.Join(r.versions, ", "))
	if len(r.aims) > 0 {
		line("\n## Targets\n")
		rows := make([][]string, len(r.aims))
		for i, a := range r.aims {
			rows[i] = []string{a.what, a.target, a.figure, a.met}
		}
		writeTable(&w, []string{"what", "target", "measured", "met"}, rows)
	}
	line("\n## Where we lose\n")
	if len(r.lost) == 0 {
		line("In nothing that was measured.")
	}
	for _, l := range r.lost {
		line("- %s: %s, %s times as good", l.what, l.peer, number(1/l.ratio.median()))
	}
	for _, t := range r.tables {
		line("\n## %s\n", t.title)
		if t.how != "" {
			line("%s\n", t.how)
		}
		writeTable(&w, t.columns, t.rows)
	}
	line("\n## What was measured\n")
	var rows [][]string
	for _, p := range r.peers {
		rows = append(rows, []string{p.name, p.how})
	}
	writeTable(&w, []string{"sandbox", "how"}, rows)
	line("\n## What could not be measured\n")
	if len(r.failures) == 0 {
		line("Nothing was left out.")
	}
	for _, f := range r.failures {
		line("- %s: %s: %s", f.peer.name, f.what, strings.Join(strings.Fields(f.err.Error()), " "))
	}
	return w.String()
}

func writeTable(w *strings.Builder, columns []string, rows [][]string) {
	row := func(cells []string) {
		for _, c := range cells {
			fmt.Fprintf(w, "| %s ", strings.ReplaceAll(c, "|", "\\|"))
		}
		w.WriteString("|\n")
	}
	row(columns)
	w.WriteString(strings.Repeat("|---", len(columns)) + "|\n")
	for _, cells := range rows {
		row(cells)
	}
}
