// Package rates runs public test suites from a checkout, and keeps how much of
// them passes, by area, in a file that docs/compatibility.md is made from.
package rates

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// File is where the rates are, from the repository's root.
const File = "testdata/compat/rates.json"

// Suite is one run of a test suite.
type Suite struct {
	Name string `json:"name"`
	// Version says of when the tests are.
	Version string `json:"version"`
	Date    string `json:"date"` // of the run
	// Note says what was left out, and why.
	Note  string `json:"note,omitempty"`
	Areas []Area `json:"areas"`
}

// Area is a part of a suite.
type Area struct {
	Name   string `json:"name"`
	Passed int    `json:"passed"`
	Total  int    `json:"total"`
}

// Rate is in percent.
func (a Area) Rate() float64 { return 100 * float64(a.Passed) / float64(max(a.Total, 1)) }

// Sum is all areas together.
func Sum(areas []Area) Area {
	all := Area{Name: "all"}
	for _, a := range areas {
		all.Passed += a.Passed
		all.Total += a.Total
	}
	return all
}

// Counter counts tests by area.
type Counter map[string]*Area

// Add counts a test.
func (c Counter) Add(name string, passed bool) {
	a := c[name]
	if a == nil {
		a = &Area{Name: name}
		c[name] = a
	}
	a.Total++
	if passed {
		a.Passed++
	}
}

// Areas lists what was counted by name.
func (c Counter) Areas() []Area {
	list := make([]Area, 0, len(c))
	for _, a := range c {
		list = append(list, *a)
	}
	slices.SortFunc(list, func(a, b Area) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Table prints areas and their sum, a line each.
func Table(areas []Area) string {
	var b strings.Builder
	for _, a := range append(slices.Clip(areas), Sum(areas)) {
		fmt.Fprintf(&b, "%-48s %6d of %6d  %6.2f %%\n", a.Name, a.Passed, a.Total, a.Rate())
	}
	return b.String()
}

// Each runs tests, as many at once as jobs says, and calls done with each and
// what run returned, one at a time. It starts none after ctx ended.
func Each[T, R any](ctx context.Context, tests []T, jobs int, run func(context.Context, T) R, done func(T, R)) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	next := make(chan T)
	for range max(jobs, 1) {
		wg.Go(func() {
			for t := range next {
				r := run(ctx, t)
				mu.Lock()
				done(t, r)
				mu.Unlock()
			}
		})
	}
	for _, t := range tests {
		if ctx.Err() != nil {
			break
		}
		next <- t
	}
	close(next)
	wg.Wait()
}

// Options are the flags of a command that runs a suite.
type Options struct {
	Dir    string         // of the checkout
	Match  *regexp.Regexp // which files run
	Failed bool           // print each test that fails
	Write  string         // the version to write the rates with; "": do not
	Jobs   int            // files at once
}

// Flags declares them on the command line. The function it returns is to be
// called after flag.Parse.
func Flags() func() (Options, error) {
	var o Options
	flag.StringVar(&o.Dir, "dir", "", "the `directory` of the checkout")
	pattern := flag.String("run", "", "only files whose path matches this regular `expression`")
	flag.BoolVar(&o.Failed, "failed", false, "print each test that fails, and why")
	flag.StringVar(&o.Write, "write", "", "write the rates to "+File+" with this `version` of the tests")
	flag.IntVar(&o.Jobs, "j", 2, "files at once")
	return func() (Options, error) {
		var err error
		if o.Dir == "" {
			return o, errors.New("-dir names the checkout")
		}
		o.Match, err = regexp.Compile(*pattern)
		return o, err
	}
}

// Find lists the files of a checkout below folder whose names end with suffix
// and whose paths below root, with slashes, match.
func Find(root, folder, suffix string, match *regexp.Regexp) ([]string, error) {
	var list []string
	err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(folder)), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, suffix) {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if rel = filepath.ToSlash(rel); err == nil && match.MatchString(rel) {
			list = append(list, rel)
		}
		return err
	})
	return list, err
}

// Read returns the suites of a file, none if there is no file.
func Read(file string) ([]Suite, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Suite
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return list, nil
}

// Write puts a suite in a file, in place of an earlier run of it.
func Write(file string, s Suite) error {
	list, err := Read(file)
	if err != nil {
		return err
	}
	s.Date = time.Now().UTC().Format("2006-01-02")
	list = slices.DeleteFunc(list, func(old Suite) bool { return old.Name == s.Name })
	list = append(list, s)
	slices.SortFunc(list, func(a, b Suite) int { return strings.Compare(a.Name, b.Name) })
	b, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(b, '\n'), 0o666)
}

// Document is what docs/compatibility.md says of suites.
func Document(list []Suite) string {
	var b strings.Builder
	for _, s := range list {
		fmt.Fprintf(&b, "\n## %s\n\nTests of %s, run on %s.", s.Name, s.Version, s.Date)
		if s.Note != "" {
			b.WriteString(" " + s.Note)
		}
		b.WriteString("\n\n| area | pass | of | rate |\n|---|---|---|---|\n")
		for _, a := range append(slices.Clip(s.Areas), Sum(s.Areas)) {
			fmt.Fprintf(&b, "| %s | %d | %d | %.2f %% |\n", a.Name, a.Passed, a.Total, a.Rate())
		}
	}
	return b.String()
}
