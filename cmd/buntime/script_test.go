package main

import (
	"errors"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs the command as a shell does. Besides testscript's commands
// there are:
//
//	server DATA [flags]   starts `buntime serve`; $URL is its address
//	shutdown              ends it by SIGTERM and checks that it exits 0 (testscript has a stop
//	                      of its own, which ends the script)
//	status N COMMAND …    runs a command, which must exit with N; what it prints
//	                      is for stdout and stderr
func TestScripts(t *testing.T) {
	cache := t.TempDir() // of the compiled engine, shared
	type running struct{ p *process }
	type key struct{}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		// A server that should not start, and does, must not take all of the time there is.
		Deadline: time.Now().Add(3 * time.Minute),
		Setup: func(e *testscript.Env) error {
			e.Setenv("XDG_CACHE_HOME", cache)
			e.Setenv("HOME", cache)
			e.Setenv("ROOT_KEY", testRootKey)
			r := &running{}
			e.Values[key{}] = r
			e.Defer(func() {
				if r.p != nil {
					r.p.kill()
				}
			})
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server": func(ts *testscript.TestScript, neg bool, args []string) {
				r := ts.Value(key{}).(*running)
				if neg || len(args) == 0 || r.p != nil {
					ts.Fatalf("usage: server DATA [flags], once at a time")
				}
				var env []string
				for _, name := range []string{"BUNTIME_ROOT_KEY", "BUNTIME_MASTER_KEY"} {
					if v := ts.Getenv(name); v != "" {
						env = append(env, name+"="+v)
					}
				}
				p, err := launch(ts.MkAbs("."), args[0], env, args[1:])
				ts.Check(err)
				r.p = p
				ts.Setenv("URL", p.url)
			},
			"shutdown": func(ts *testscript.TestScript, neg bool, args []string) {
				r := ts.Value(key{}).(*running)
				if neg || len(args) != 0 || r.p == nil {
					ts.Fatalf("usage: shutdown, after server")
				}
				ts.Check(r.p.cmd.Process.Signal(syscall.SIGTERM))
				ts.Check(r.p.wait())
				r.p = nil
			},
			"status": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) < 2 {
					ts.Fatalf("usage: status N COMMAND [arguments]")
				}
				want, err := strconv.Atoi(args[0])
				ts.Check(err)
				got := 0
				var exit *exec.ExitError
				if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
					got = exit.ExitCode()
				} else if err != nil {
					ts.Fatalf("%v", err)
				}
				if got != want {
					ts.Fatalf("exit status %d, want %d", got, want)
				}
			},
		},
	})
}
