// Package rates keeps how much of public test suites passes, by area, in a file
// that docs/compatibility.md is made from.
package rates

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
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
