package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The host in Node calls the engine by the numbers that package jsengine has.
func TestEngineOperations(t *testing.T) {
	source, err := os.ReadFile("../jsengine/guest.go")
	if err != nil {
		t.Fatal(err)
	}
	host, err := os.ReadFile("peers/host.mjs")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(source), "callInit = 1 + iota\n")
	list, _, ok := strings.Cut(rest, ")")
	if !ok {
		t.Fatal("no operations in guest.go")
	}
	number := map[string]int{"INIT": 1}
	for i, name := range strings.Fields(list) {
		number[strings.ToUpper(strings.TrimPrefix(name, "call"))] = i + 2
	}
	for _, name := range []string{"INIT", "BUNDLE", "ALLOC", "COMPILE"} {
		if want := fmt.Sprintf("%s = %d", name, number[name]); !regexp.MustCompile(want + `[,;]`).Match(host) {
			t.Errorf("host.mjs lacks %q", want)
		}
	}
}
