package wasmhost

import (
	"flag"
	"testing"

	"go.uber.org/goleak"
)

// A guest that a test means to end from outside has this fuel, some seconds of
// an empty loop: where ending it fails, the test fails and does not hang.
const someSeconds = 3e9

func TestMain(m *testing.M) {
	// Half a minute of shrinking would be most of a failing run.
	if err := flag.Set("rapid.shrinktime", "2s"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}
