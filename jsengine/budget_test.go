package jsengine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/buntime/buntime/jsengine/wire"
)

// I3: what all guests together may not have is not the program's own fault.
func TestI3BudgetIsOverload(t *testing.T) {
	e, err := Open(t.Context(), Cached(Config{Budget: 8 << 20}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	const bomb = "const a = []; for (;;) a.push(new ArrayBuffer(1 << 20))"
	res, err := e.Run(t.Context(), &Program{Code: bomb, Language: "js", Limits: Limits{Memory: 64 << 20}})
	if !errors.Is(err, ErrOverloaded) || res == nil || res.Limit != nil {
		t.Errorf("over the budget: %+v, %v", res, err)
	}
	res, err = e.Run(t.Context(), &Program{Code: bomb, Language: "js", Limits: Limits{Memory: 4 << 20}})
	if err != nil || res.Limit == nil || res.Limit.Kind != "memory" {
		t.Errorf("over its own cap: %+v, %v", res, err)
	}
}

// I3: what a program makes the host hold is in the budget: output, the arguments
// and results of operations in the background.
func TestI3HostBuffersAreCharged(t *testing.T) {
	e, err := Open(t.Context(), Cached(Config{Budget: 16 << 20}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if held := e.Stats().Held; held != 0 {
			t.Errorf("%d bytes held at the end", held)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	waitsFor(e, 4)
	big := func(context.Context, json.RawMessage) (json.RawMessage, error) {
		return json.RawMessage(`"` + strings.Repeat("x", 4<<20) + `"`), nil
	}
	wait := func(ctx context.Context, _ json.RawMessage) (json.RawMessage, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	// Arguments are large: beside those that fit there is room for the program itself.
	for name, tt := range map[string]struct {
		code       string
		out        string
		overloaded bool
	}{
		"output":    {code: "const s = 'x'.repeat(1 << 20); for (let i = 0; i < 20; i++) console.log(s)", overloaded: true},
		"some":      {code: "console.log('x')", out: "x\n"},
		"arguments": {code: "const s = 'x'.repeat(3 << 20); let n = 0; try { for (; n < 20; n++) host.wait(s).catch(() => n = 'caught') } catch {} await new Promise(r => setTimeout(r, 1)); console.log(n); process.exit()", out: "caught\n"},
		"databases": {code: `const { DatabaseSync } = require("node:sqlite"); const keep = []; let rows = 0;
			try { for (;;) { const d = new DatabaseSync(":memory:"); keep.push(d); d.exec("create table t (a)"); for (let i = 0; i < 20; i++, rows++) d.exec("insert into t values (randomblob(100000))"); } } catch (e) { console.log(e.message, rows > 10 && rows < 160); process.exit() }`, out: "out of memory true\n"},
		"results": {code: "const all = [1, 2, 3, 4].map(() => host.big()); process.memoryUsage(); console.log((await Promise.allSettled(all)).some(x => x.reason?.code === 'ERR_MEMORY_ALLOCATION_FAILED'))", out: "true\n"},
	} {
		t.Run(name, func(t *testing.T) {
			held := e.Hold("")
			defer held.Release()
			out, errOut := &Output{Held: held}, &Output{Held: held}
			_, err := e.Run(t.Context(), &Program{
				Code: tt.code, Language: "js", Stdout: out, Stderr: errOut, Limits: Limits{Output: 64 << 20},
				Funcs: map[string]HostFunc{"big": big, "wait": wait},
			})
			if errors.Is(err, ErrOverloaded) != tt.overloaded || !tt.overloaded && (err != nil || string(out.Bytes()) != tt.out) {
				t.Errorf("%v, stdout %.100q, stderr %.200q", err, out.Bytes(), errOut.Bytes())
			}
		})
	}
}

// waitsFor makes e's programs wait in process.memoryUsage for n results that they
// have not taken.
func waitsFor(e *Engine, n int) {
	e.ops = slices.Clone(e.ops)
	for i := range e.ops {
		if e.ops[i].Name == "process.memory" {
			e.ops[i].Sync = func(c *Call) (any, error) {
				for p := c.Process; ; runtime.Gosched() {
					p.mu.Lock()
					there := len(p.done)
					p.mu.Unlock()
					if there == n {
						return wire.Object{{Key: "used", Value: 0}, {Key: "limit", Value: 0}}, nil
					}
				}
			}
		}
	}
}

// I3: of results that come together and for which the guest has no room, each is
// told to the operation whose it is.
func TestI3ResultsWithoutRoom(t *testing.T) {
	const results = 3
	e, err := Open(t.Context(), Cached(Config{}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	waitsFor(e, results)
	var out bytes.Buffer
	_, err = e.Run(t.Context(), &Program{
		Code: `
			const all = [1, 2, 3].map(() => host.big())
			process.memoryUsage()
			for (const x of await Promise.allSettled(all)) console.log(x.status, x.reason?.message)`,
		Language: "js", Stdout: &out, Limits: Limits{Memory: 16 << 20},
		Funcs: map[string]HostFunc{"big": func(context.Context, json.RawMessage) (json.RawMessage, error) {
			return json.RawMessage(`"` + strings.Repeat("x", 4<<20) + `"`), nil
		}},
	})
	if want := strings.Repeat("rejected out of memory\n", results); err != nil || out.String() != want {
		t.Errorf("%v, stdout %q", err, &out)
	}
}

// I3: programs that each write every page of their image, the engine's own data
// included, end by type where the budget ends, and are served again after.
func TestI3EveryPageOfTheImage(t *testing.T) {
	const guests, budget = 100, 64 << 20
	e, err := Open(t.Context(), Cached(Config{Budget: budget}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	// In JavaScript: each object that can be reached gets a property.
	const everything = `
		const seen = new Set(), rest = [globalThis]
		while (rest.length) {
			const o = rest.pop()
			if (o === null || typeof o !== 'object' && typeof o !== 'function' || seen.has(o)) continue
			seen.add(o)
			try { o['mark' + seen.size % 7] = 1 } catch {}
			for (const k of Reflect.ownKeys(o)) {
				const d = Reflect.getOwnPropertyDescriptor(o, k)
				if (d) rest.push(d.value, d.get, d.set)
			}
			rest.push(Reflect.getPrototypeOf(o))
		}
		await host.wait()`
	// By the engine's own means: as a guest that has its memory in hand.
	e.ops = slices.Clone(e.ops)
	for i := range e.ops {
		if e.ops[i].Name == "process.memory" {
			e.ops[i].Sync = func(c *Call) (any, error) {
				in := c.Process.in
				view, _ := in.View(0, in.Size())
				for _, by := range []byte{1, 255} { // there and back
					for at := 0; at < len(view); at += 4096 {
						view[at] += by
					}
				}
				return wire.Object{{Key: "used", Value: 0}, {Key: "limit", Value: 0}}, nil
			}
		}
	}
	const allPages = `process.memoryUsage(); await host.wait()`
	for name, code := range map[string]string{"in JavaScript": everything, "all pages": allPages} {
		t.Run(name, func(t *testing.T) {
			var waiting, refused atomic.Int32
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var ended sync.WaitGroup
			done := make(chan struct{}, guests)
			for i := range guests {
				ended.Go(func() {
					settled := sync.OnceFunc(func() { done <- struct{}{} })
					defer settled()
					var errOut bytes.Buffer
					r, err := e.Run(ctx, &Program{
						Code: code, Language: "js", Tenant: fmt.Sprint(i % 5), Limits: Limits{Timeout: time.Minute}, Stderr: &errOut,
						Funcs: map[string]HostFunc{"wait": func(ctx context.Context, _ json.RawMessage) (json.RawMessage, error) {
							waiting.Add(1)
							settled()
							<-ctx.Done()
							return nil, ctx.Err()
						}},
					})
					switch {
					case errors.Is(err, ErrOverloaded):
						refused.Add(1)
					case err == nil && r.UncaughtCode == "ERR_TOO_MANY_OPERATIONS": // it was host.wait that found no room
						refused.Add(1)
					case !errors.Is(err, context.Canceled):
						t.Errorf("ended with %+v, %v, stderr %q", r, err, errOut.String())
					}
				})
			}
			for range guests {
				<-done
			}
			if held := e.Stats().Held; held > budget || held < budget/2 {
				t.Errorf("%d guests hold %d of %d", waiting.Load(), held, budget)
			}
			t.Logf("%d wait, %d were refused", waiting.Load(), refused.Load())
			if waiting.Load() == 0 || refused.Load() == 0 {
				t.Errorf("%d wait, %d were refused: the budget was never at stake", waiting.Load(), refused.Load())
			}
			cancel()
			ended.Wait()
			if r, err := e.Run(t.Context(), &Program{Code: "export default 1", Language: "js"}); err != nil || string(r.Value) != "1" {
				t.Errorf("afterwards: %+v, %v", r, err)
			}
			if held := e.Stats().Held; held != 0 {
				t.Errorf("%d held at the end", held)
			}
		})
	}
}
