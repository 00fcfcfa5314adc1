package jsengine

import (
	"bytes"
	"context"
	"os"
	"testing"
)

// testEngine is shared by the tests: opening one takes half a second.
var testEngine *Engine

func TestMain(m *testing.M) {
	e, err := Open(context.Background(), Config{})
	if err != nil {
		panic(err)
	}
	testEngine = e
	code := m.Run()
	if err := e.Close(); err != nil {
		panic(err)
	}
	os.Exit(code)
}

func run(t testing.TB, p Program) (*Result, string, string) {
	t.Helper()
	var out, errOut bytes.Buffer
	p.Stdout, p.Stderr = &out, &errOut
	r, err := testEngine.Run(t.Context(), &p)
	if err != nil {
		t.Fatalf("Run: %v (stderr %q)", err, errOut.String())
	}
	return r, out.String(), errOut.String()
}

func TestFirst(t *testing.T) {
	r, out, errOut := run(t, Program{Code: "console.log(1+1); export default {a:[1,2]}", Language: "js"})
	t.Logf("%+v %q %q %s", r, out, errOut, r.Value)
}
