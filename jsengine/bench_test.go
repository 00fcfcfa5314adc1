package jsengine

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/buntime/buntime/internal/timing"
	"github.com/buntime/buntime/jsengine/engine"
	"github.com/buntime/buntime/wasmhost"
)

// BenchmarkFreshEval is a whole sandbox for one expression: an instance that
// equals the image, the program, its value, and the reset.
func BenchmarkFreshEval(b *testing.B) {
	programs := []struct{ name, code string }{
		{"1+1", "1+1"},
		{"value", "export default 1+1"},
		{"log", "console.log(1+1)"},
		{"promise", "await 0; export default 1+1"},
	}
	for _, tt := range programs {
		b.Run(tt.name, func(b *testing.B) {
			p := Program{Code: tt.code, Language: "js", Stdout: io.Discard, Stderr: io.Discard}
			took := make([]time.Duration, 0, 1<<16)
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				if _, err := testEngine.Run(b.Context(), &p); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			timing.Report(b, "", time.Microsecond, took)
		})
	}
}

// BenchmarkFreshEvalParallel is BenchmarkFreshEval's first on every processor.
func BenchmarkFreshEvalParallel(b *testing.B) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		p := Program{Code: "1+1", Language: "js", Stdout: io.Discard, Stderr: io.Discard}
		for pb.Next() {
			if _, err := testEngine.Run(b.Context(), &p); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkInstantiate makes an instance of the engine's image that no pool has,
// runs 1+1 in it, whose writes all fault, and frees it.
func BenchmarkInstantiate(b *testing.B) {
	hold := drainPool(b)
	defer hold()
	var made, ran, freed []time.Duration
	for b.Loop() {
		start := time.Now()
		p := freshProcess(b, "1+1", defaultMemory)
		got := time.Now()
		if err := p.loop(p.ctx, defaultMemory); err != nil {
			b.Fatal(err)
		}
		done := time.Now()
		spoil(p.in)
		p.in.Release()
		made, ran, freed = append(made, got.Sub(start)), append(ran, done.Sub(got)), append(freed, time.Since(done))
	}
	timing.Report(b, "make-", time.Microsecond, made)
	timing.Report(b, "run-", time.Microsecond, ran)
	timing.Report(b, "free-", time.Microsecond, freed)
}

// BenchmarkReset is the reset of an instance alone, after a small program and
// after one that grew.
func BenchmarkReset(b *testing.B) {
	programs := []struct{ name, code string }{
		{"1+1", "1+1"},
		{"grown=7MiB", "new Uint8Array(7 << 20).fill(1)"},
		{"objects", "export default Array.from({length: 1e4}, (_, i) => ({i}))[9].i"},
	}
	for _, tt := range programs {
		b.Run(tt.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				p := freshProcess(b, tt.code, defaultMemory)
				if err := p.loop(p.ctx, defaultMemory); err != nil {
					b.Fatal(err)
				}
				start := time.Now()
				p.in.Release()
				took = append(took, time.Since(start))
			}
			timing.Report(b, "reset-", time.Microsecond, took)
		})
	}
}

// BenchmarkOpen is the time until an Engine can run programs: cold, with its
// compilation, and warm, with that cached on disk.
func BenchmarkOpen(b *testing.B) {
	open := func(b *testing.B, dir string) {
		e, err := Open(b.Context(), Config{CacheDir: dir, CacheKey: make([]byte, 32)})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			open(b, b.TempDir())
		}
	})
	b.Run("warm", func(b *testing.B) {
		dir := b.TempDir()
		open(b, dir)
		for b.Loop() {
			open(b, dir)
		}
	})
}

// freshProcess is Run up to the event loop, which the caller runs. The caller
// must Release the process's instance.
func freshProcess(b testing.TB, code string, memory int64) *Process {
	b.Helper()
	p := &Process{
		holding: new(wasmhost.Holding),
		engine:  testEngine,
		program: &Program{Code: code, Language: "js", Dir: "/workspace"},
		stdout:  output{w: io.Discard},
		stderr:  output{w: io.Discard},
		wake:    make(chan struct{}, 1),
		ctx:     context.Background(),
	}
	p.stdout.left.Store(defaultOutput)
	p.stderr.left.Store(defaultOutput)
	p.started = p.now()
	in, err := testEngine.image.Get(p.ctx, wasmhost.InstanceConfig{Memory: memory, Fuel: 1 << 40, State: p})
	if err != nil {
		b.Fatal(err)
	}
	p.in, p.guest = in, guest{in: in, shared: testEngine.shared}
	return p
}

// drainPool takes every idle instance of testEngine, so that the next ones are
// new. The function it returns gives them back.
func drainPool(b testing.TB) func() {
	b.Helper()
	idle := make([]*wasmhost.Instance, testEngine.host.Stats().Idle)
	for i := range idle {
		var err error
		if idle[i], err = testEngine.image.Get(b.Context(), wasmhost.InstanceConfig{Memory: defaultMemory}); err != nil {
			b.Fatal(err)
		}
	}
	return func() {
		for _, in := range idle {
			in.Release()
		}
	}
}

// spoil spends an instance's fuel, so that Release frees it.
func spoil(in *wasmhost.Instance) {
	in.Charge(1 << 50)
	_, _ = in.Call(context.Background(), 0, callTurn, 0, 0)
}

// builtModule is the engine's module as the build left it.
func builtModule(b *testing.B) []byte {
	b.Helper()
	module, err := engine.Module()
	if err != nil {
		b.Fatal(err)
	}
	return module
}
