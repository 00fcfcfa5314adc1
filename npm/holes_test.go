package npm

import (
	"errors"
	"runtime"
	"strings"
	"testing"
)

// An archive of the workspace is read on the guest's account: one that is all
// hole costs it nothing before.
func TestArchiveOfHoles(t *testing.T) {
	w := newWorld(t, Config{})
	w.write("package.json", obj{"name": "x", "version": "1.0.0"})
	w.write("big.tgz", "")
	if err := w.ws.Truncate("/workspace/big.tgz", 90<<20); err != nil {
		t.Fatal(err)
	}
	w.env.Charge = func(n int64) error {
		if n > 16<<20 {
			return errors.New("too much")
		}
		return nil
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	code := w.run("npm install ./big.tgz")
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 45<<20 {
		t.Errorf("%d MiB were allocated", n>>20)
	}
	if errs := w.err.String(); code == 0 || !strings.Contains(errs, "ELIMIT") {
		t.Errorf("exit %d: %s", code, errs)
	}
}
