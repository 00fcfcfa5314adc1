package main

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/buntime/buntime/internal/rates"
	"github.com/buntime/buntime/jsengine/transform"
)

func TestMain(m *testing.M) {
	transform.MaybeServe()
	os.Exit(m.Run())
}

func TestSuite(t *testing.T) {
	s, err := open(t.Context(), "testdata/checkout")
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	files, err := s.find([]string{"area", "area/that/is/not/there"}, regexp.MustCompile(""))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	rates.Each(t.Context(), files, 2, s.run, func(f *file, results []result) {
		for _, r := range results {
			got = append(got, f.name()+": "+r.Name+": "+r.Why)
		}
	})
	slices.Sort(got)
	want := []string{
		"area/basics.any.js?first: a file beside it: ",
		"area/basics.any.js?first: a script beside it: ",
		"area/basics.any.js?first: only the first variant: ",
		"area/basics.any.js?second: a file beside it: ",
		"area/basics.any.js?second: a script beside it: ",
		"area/basics.any.js?second: only the first variant: FAIL: false is not true",
		"area/hangs.any.js: (end): it did not complete",
		"area/throws.any.js: (end): it did not complete",
		"area/throws.any.js: (load): Error: at its top",
		"area/throws.any.js: before it fails: ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func TestNoCheckout(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		if s, err := open(t.Context(), dir); err == nil {
			s.close()
			t.Errorf("opened %q", dir)
		}
	}
}
