// Command bench measures buntime against other ways to run JavaScript that
// nobody trusts, all in one run on this machine, and writes what it found.
//
// What is measured, and how to read it, is in README.md beside it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const usage = `bench measures buntime against its peers and writes bench/RESULTS.md.

  make bench                              everything: some 15 minutes on 2 cores
  make bench BENCHFLAGS='-quick'          the same, too short to be believed
  make bench BENCHFLAGS='-only cpu -peers native,goja'

A run that leaves anything out, or is quick, writes build/bench/RESULTS.md
instead. It ends with 1 if an answer was wrong, or buntime could not be measured.

`

// rootKey is of the servers that are measured; nothing else ever has it.
const rootKey = "btk_root-key-of-the-benchmark-AAAAAAAAAAAAAAAAA"

// bench is one run.
type bench struct {
	root    string // of the repository
	work    string // build/bench: what is compiled
	scratch string // temporary
	binary  string // buntime
	cfg     config
	tools   tools
	began   time.Time
	report  report
}

// config is how long each part takes.
type config struct {
	sections []string
	peers    []string // parts of names; empty: all
	rounds   struct{ fresh, http, cpu, metering, memory, ready int }
	fresh    time.Duration // of each peer in each round
	http     time.Duration // of each load
	warm     time.Duration // before it
	whole    bool          // nothing is left out
	out      string        // "" decides by whole
}

// section is one part of a run.
type section struct {
	name    string
	measure func(*bench, context.Context, []*peer) error
}

var sections = []section{
	{"fresh", (*bench).measureFresh},
	{"http", (*bench).measureHTTP},
	{"cpu", (*bench).measureCPU},
	{"metering", (*bench).measureMetering},
	{"memory", (*bench).measureMemory},
	{"ready", (*bench).measureReady},
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == "host" {
		if err := host(os.Args[2], os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, "bench: host:", err)
			os.Exit(1)
		}
		return
	}
	cfg, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, cfg); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func host(name string, args []string) error {
	make, ok := hosts[name]
	if !ok {
		return fmt.Errorf("there is no host %q", name)
	}
	s, err := make(args)
	if err != nil {
		return err
	}
	return serveHost(s)
}

func parse(args []string) (config, error) {
	var cfg config
	var names []string
	for _, s := range sections {
		names = append(names, s.name)
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(os.Stdout)
	flags.Usage = func() {
		fmt.Print(usage)
		flags.PrintDefaults()
	}
	only := flags.String("only", "", "measure only these `parts`, with commas: "+strings.Join(names, ","))
	peers := flags.String("peers", "", "measure buntime and only these `peers`: parts of their names, with commas")
	quick := flags.Bool("quick", false, "short rounds: to try the program, not to measure")
	flags.StringVar(&cfg.out, "out", "", "write the results to this `file`")
	if err := flags.Parse(args); err != nil {
		return cfg, err
	}
	if flags.NArg() > 0 {
		return cfg, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	list := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return r == ',' })
	}
	cfg.sections, cfg.peers = list(*only), list(*peers)
	for _, s := range cfg.sections {
		if !slices.Contains(names, s) {
			return cfg, fmt.Errorf("-only: there is no part %q, only %s", s, strings.Join(names, ", "))
		}
	}
	if len(cfg.sections) == 0 {
		cfg.sections = names
	}
	cfg.whole = *only == "" && *peers == "" && !*quick
	r := &cfg.rounds
	r.fresh, r.http, r.cpu, r.metering, r.memory, r.ready = 7, 5, 7, 3, 3, 7
	cfg.fresh, cfg.http, cfg.warm = 500*time.Millisecond, time.Second, 200*time.Millisecond
	if *quick {
		r.fresh, r.http, r.cpu, r.metering, r.memory, r.ready = 2, 2, 2, 1, 1, 2
		cfg.fresh, cfg.http, cfg.warm = 100*time.Millisecond, 200*time.Millisecond, 50*time.Millisecond
	}
	return cfg, nil
}

func run(ctx context.Context, cfg config) (err error) {
	b := &bench{cfg: cfg, began: time.Now()}
	if b.root, err = moduleRoot(); err != nil {
		return err
	}
	b.work = filepath.Join(b.root, "build", "bench")
	if err := os.MkdirAll(b.work, 0o755); err != nil {
		return err
	}
	b.binary = filepath.Join(b.root, "bin", "buntime")
	if _, err := os.Stat(b.binary); err != nil {
		return errors.New("bin/buntime is missing: run make build")
	}
	if b.scratch, err = os.MkdirTemp("", "buntime-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.scratch)) }()
	b.report.machine(ctx, b)
	if err := b.fetch(ctx); err != nil {
		return err
	}
	peers, err := b.peers()
	if err != nil {
		return err
	}
	peers = b.chosen(peers)
	for _, s := range sections {
		if !slices.Contains(cfg.sections, s.name) {
			continue
		}
		b.say("measuring: %s", s.name)
		if err := s.measure(b, ctx, peers); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	b.report.took, b.report.loadAfter = time.Since(b.began), loadAverage()
	b.report.peers, b.report.versions = peers, b.tools.versions
	out := cfg.out
	switch {
	case out != "":
	case cfg.whole:
		out = filepath.Join(b.root, "bench", "RESULTS.md")
	default:
		out = filepath.Join(b.work, "RESULTS.md")
	}
	text := b.report.markdown()
	if err := os.WriteFile(out, []byte(text), 0o644); err != nil {
		return err
	}
	fmt.Print(text)
	b.say("written to %s", out)
	return b.report.verdict()
}

// chosen leaves out the peers that the flags do not name, and marks in the
// report those that are missing.
func (b *bench) chosen(all []*peer) []*peer {
	var out []*peer
	for _, p := range all {
		named := len(b.cfg.peers) == 0 || p.own
		for _, part := range b.cfg.peers {
			named = named || strings.Contains(p.name, part)
		}
		switch {
		case !named:
		case p.missing != "":
			b.report.failures = append(b.report.failures, failure{p, "everything", errors.New(p.missing)})
		default:
			out = append(out, p)
		}
	}
	return out
}

// say prints a line of progress.
func (b *bench) say(format string, args ...any) {
	at := time.Since(b.began)
	fmt.Fprintf(os.Stderr, "[%2d:%02d] %s\n", int(at.Minutes()), int(at.Seconds())%60, fmt.Sprintf(format, args...))
}

// shuffled calls f for all of xs in a random order, and stops at an error.
func shuffled[T any](xs []T, f func(T) error) error {
	for _, i := range rand.Perm(len(xs)) {
		if err := f(xs[i]); err != nil {
			return err
		}
	}
	return nil
}

// moduleRoot is the folder of buntime's go.mod, at or above the working directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if text, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil && strings.HasPrefix(string(text), "module github.com/buntime/buntime\n") {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("run this inside buntime's repository")
		}
		dir = up
	}
}
