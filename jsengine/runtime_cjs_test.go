package jsengine_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/buntime/buntime/jsengine"
)

// TestRuntimeCommonJS compares require, its cache, packages and node:module with what Node 20 printed.
func TestRuntimeCommonJS(t *testing.T) {
	base := filepath.Join("runtime", "testdata", "cjs", "cjs")
	code, err := os.ReadFile(base + ".mjs")
	if err != nil {
		t.Fatal(err)
	}
	_, out, errOut := program(t, jsengine.Program{Code: string(code), Node: true})
	sameLines(t, base+".golden", out, errOut)
}
