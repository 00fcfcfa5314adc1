//go:build unix

package transform

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/buntime/buntime/jsengine"
)

// I12: a child does not outlive the request it works for. This one works for a
// long time and says so when it is done.
func TestI12CancelledChildIsKilled(t *testing.T) {
	dir := t.TempDir()
	begun, done := filepath.Join(dir, "begun"), filepath.Join(dir, "done")
	script := filepath.Join(dir, "child")
	text := "#!/bin/sh\n: >" + begun + "\ni=0\nwhile [ $i -lt 2000000 ]; do i=$((i+1)); done\n: >" + done + "\n"
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	p := newPool(t, Config{Command: script})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := p.Transform(ctx, jsengine.TransformRequest{Source: []byte("1"), Loader: "ts"})
		ended <- err
	}()
	for {
		if _, err := os.Stat(begun); err == nil {
			break
		}
		select {
		case err := <-ended:
			t.Fatalf("ended before it began: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
	if _, err := os.Stat(done); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the child worked to its end (%v)", err)
	}
}
