package jsengine_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
)

// I3, I12: what workers take is their program's, and ends with it: in a typed
// error, or with its fuel, memory or time.
func TestI12WorkerAttacks(t *testing.T) {
	text, err := os.ReadFile("../testdata/attacks/workers.json")
	if err != nil {
		t.Fatal(err)
	}
	var attacks []struct {
		Name, Code, Error string
		Fuel              int64  // limit; 0: 40 million
		Timeout           int64  // limit, in milliseconds; 0: 10,000
		Ends              string // "fuel", "time", "limit" (of any kind), "exit N", "error or limit", or "" for an error
	}
	if err := json.Unmarshal(text, &attacks); err != nil {
		t.Fatal(err)
	}
	const prelude = `import { Worker, MessageChannel, BroadcastChannel, SHARE_ENV } from "node:worker_threads"; import { once } from "node:events"; import { setTimeout as sleep } from "node:timers/promises";
`
	engine := jsengine.SharedEngine()
	for _, a := range attacks {
		t.Run(a.Name, func(t *testing.T) {
			before := engine.Stats()
			fuel := a.Fuel
			if fuel == 0 {
				fuel = 4e7
			}
			timeout := 10 * time.Second
			if a.Timeout != 0 {
				timeout = time.Duration(a.Timeout) * time.Millisecond
			}
			var stdout bytes.Buffer
			r, err := engine.Run(t.Context(), &jsengine.Program{
				Code:     prelude + "try {\n" + a.Code + "\nconsole.log('done') } catch (e) { console.log('caught', e.code, e.message); process.exit(0) }",
				Language: "js", Stdout: &stdout, Node: true, Tenant: "attacker", Files: hostfuncs.NewWorkspace(hostfuncs.Config{}),
				Limits: jsengine.Limits{Fuel: fuel, Memory: 96 << 20, Timeout: timeout},
			})
			if err != nil {
				t.Fatal(err)
			}
			if after := engine.Stats(); after.Live > before.Live || after.Held > before.Held {
				t.Errorf("%d sandboxes and %d bytes are left over", after.Live-before.Live, after.Held-before.Held)
			}
			out := stdout.String()
			caught := strings.HasPrefix(out, "caught") && strings.Contains(out, a.Error)
			ok := caught
			switch exit, isExit := strings.CutPrefix(a.Ends, "exit "); {
			case isExit:
				n, _ := strconv.Atoi(exit)
				ok = r.Limit == nil && r.ExitCode == n
			case a.Ends == "fuel", a.Ends == "time":
				ok = r.Limit != nil && r.Limit.Kind == a.Ends
			case a.Ends == "limit":
				ok = r.Limit != nil
			case a.Ends == "error or limit":
				ok = caught || r.Limit != nil
			}
			if !ok {
				t.Errorf("printed %.300q, exit code %d, limit %v; want error %q, end %q", out, r.ExitCode, r.Limit, a.Error, a.Ends)
			}
		})
	}
}

// What threads write to descriptors is the program's output to its very end, and is
// bounded with it.
func TestWorkerWritesAtTheEnd(t *testing.T) {
	for _, limit := range []int64{1 << 20, 100} {
		out := &strings.Builder{}
		r, err := jsengine.SharedEngine().Run(t.Context(), &jsengine.Program{
			Node: true, Language: "js", Stdout: out, Limits: jsengine.Limits{Output: limit},
			Code: `import { Worker } from "node:worker_threads";
for (let i = 0; i < 3; i++) new Worker("const fs = require('fs'); for (;;) fs.writeSync(1, 'line\\n')", { eval: true });
const until = setInterval(() => { if (performance.now() > 300) process.exit(3); }, 10);`,
		})
		if err != nil || r.ExitCode != 3 || !strings.HasPrefix(out.String(), "line\n") {
			t.Fatalf("%+v, %v: %.40q", r, err, out)
		}
		if r.StdoutTruncated != strings.HasSuffix(out.String(), jsengine.TruncationMarker) || limit == 100 && !r.StdoutTruncated {
			t.Errorf("truncated is %v of %d bytes, at most %d", r.StdoutTruncated, out.Len(), limit)
		}
	}
}
