package jsengine

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/buntime/buntime/internal/timing"
	"github.com/buntime/buntime/wasmhost"
)

// cpuProgram is an expression that keeps the engine busy for about ten to forty
// milliseconds, without asking anything of the host, and its value as text.
type cpuProgram struct{ name, code, want string }

// cpuPrograms reads the programs that bench/ runs in other engines too.
func cpuPrograms(tb testing.TB) []cpuProgram {
	tb.Helper()
	text, err := os.ReadFile("testdata/cpu/want.json")
	if err != nil {
		tb.Fatal(err)
	}
	var want map[string]string
	if err := json.Unmarshal(text, &want); err != nil {
		tb.Fatal(err)
	}
	var programs []cpuProgram
	for _, name := range slices.Sorted(maps.Keys(want)) {
		code, err := os.ReadFile("testdata/cpu/" + name + ".js")
		if err != nil {
			tb.Fatal(err)
		}
		programs = append(programs, cpuProgram{name, string(code), want[name]})
	}
	return programs
}

// The sums that stand in want.json are what every engine in bench/ must give.
func TestCPUPrograms(t *testing.T) {
	files, err := filepath.Glob("testdata/cpu/*.js")
	if err != nil {
		t.Fatal(err)
	}
	programs := cpuPrograms(t)
	if len(programs) < 10 || len(programs) != len(files) {
		t.Errorf("want.json knows %d programs; there are %d", len(programs), len(files))
	}
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			var stderr strings.Builder
			r, err := testEngine.Run(t.Context(), &Program{Code: "export default String(" + p.code + ")", Language: "js", Stderr: &stderr})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Trim(string(r.Value), `"`); got != p.want {
				t.Errorf("it gives %s, want %s; %s", got, p.want, stderr.String())
			}
		})
	}
}

// BenchmarkMetering runs the engine with programs that need nothing but the
// processor in three ways, one after another in each of its rounds: metered and
// sliced as we do, the same module as it was built, and that with wazero's own
// interruption. It reports ratios to the module as it was built, in processor
// time of the best rounds, which other load disturbs least, and logs medians
// beside them.
func BenchmarkMetering(b *testing.B) {
	module := builtModule(b)
	h, err := wasmhost.New(wasmhost.Config{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { h.Close() })
	ways := []caller{meteredEngine(b, h, module), plainEngine(b, module, false), plainEngine(b, module, true)}
	// The bytecode of every program, and how long each way takes for it.
	programs := cpuPrograms(b)
	code := make([][]byte, len(programs))
	for i, p := range programs {
		code[i] = compileBench(b, h, module, "if (String("+p.code+") !== '"+p.want+"') throw 0")
	}
	took := make([][3][]time.Duration, len(programs))
	rounds := 0
	round := func(record bool) {
		for i := range programs {
			for k := range ways {
				w := (k + rounds) % len(ways) // none is always the first
				start := timing.Processor(b)
				if err := ways[w](callBundle, code[i]); err != nil {
					b.Fatalf("%s: %v", programs[i].name, err)
				}
				if record {
					took[i][w] = append(took[i][w], timing.Processor(b)-start)
				}
			}
		}
	}
	round(false) // the memory grows only once
	for b.Loop() {
		for range 7 {
			round(true)
			rounds++
		}
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%d rounds: best, and median\n%-14s %12s %20s %20s\n", rounds, "", "plain CPU ms", "metered/plain", "close-on-done/plain")
	var sums [3][2]float64
	for i, p := range programs {
		var ms [3][2]float64 // best and median of each way
		for w, d := range took[i] {
			slices.Sort(d)
			ms[w] = [2]float64{float64(d[0]) / 1e6, float64(d[len(d)/2]) / 1e6}
		}
		var ratios [3][2]float64
		for w := range ms {
			for k := range ms[w] {
				ratios[w][k] = ms[w][k] / ms[1][k]
				sums[w][k] += math.Log(ratios[w][k]) / float64(len(programs))
			}
		}
		fmt.Fprintf(&table, "%-14s %12.2f %10.3f× %7.3f× %10.2f× %7.2f×\n", p.name, ms[1][0], ratios[0][0], ratios[0][1], ratios[2][0], ratios[2][1])
	}
	mean := func(w, k int) float64 { return math.Exp(sums[w][k]) }
	fmt.Fprintf(&table, "%-14s %12s %10.3f× %7.3f× %10.2f× %7.2f×", "geometric mean", "", mean(0, 0), mean(0, 1), mean(2, 0), mean(2, 1))
	b.Log("\n" + table.String())
	b.ReportMetric(mean(0, 0), "metered/plain")
	b.ReportMetric(mean(2, 0), "close-on-done/plain")
	b.ReportMetric(0, "ns/op") // of all programs in all ways: says nothing
}

// caller passes data to an operation of bt_call.
type caller func(op uint64, data []byte) error

// noHooks makes the engine take what follows for a runtime library.
const noHooks = "host.install({})"

// meteredEngine is an instance of the engine as sandboxes have it.
func meteredEngine(b *testing.B, h *wasmhost.Host, module []byte) caller {
	b.Helper()
	m, err := h.Compile(b.Context(), module, hostImports())
	if err != nil {
		b.Fatal(err)
	}
	g, err := startGuest(b.Context(), m)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(g.in.Release)
	call := func(op uint64, data []byte) error { return g.step(b.Context(), op, data) }
	if err := call(callBundle, compileBench(b, h, module, noHooks)); err != nil {
		b.Fatal(err)
	}
	return call
}

// compileBench returns the bytecode of a function's body.
func compileBench(b *testing.B, h *wasmhost.Host, module []byte, body string) []byte {
	b.Helper()
	m, err := h.Compile(b.Context(), module, hostImports())
	if err != nil {
		b.Fatal(err)
	}
	g, err := startGuest(b.Context(), m)
	if err != nil {
		b.Fatal(err)
	}
	defer g.in.Release()
	if err := g.step(b.Context(), callCompile, []byte("(function (host) {"+body+"\n})\x00")); err != nil {
		b.Fatal(err)
	}
	code, err := g.value()
	if err != nil {
		b.Fatal(err)
	}
	return code
}

// plainEngine is an instance of the engine's module as it was built, run by
// wazero alone, which may look at a context as it does.
func plainEngine(b *testing.B, module []byte, closeOnDone bool) caller {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background()) // one that can be done
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCloseOnContextDone(closeOnDone))
	b.Cleanup(func() {
		rt.Close(ctx)
		cancel()
	})
	builders := map[string]wazero.HostModuleBuilder{}
	for _, im := range append(hostImports(), wasmhost.Import{
		Module: "buntime", Name: "fuel_hook", Params: []api.ValueType{api.ValueTypeI64}, Results: []api.ValueType{api.ValueTypeI64},
	}) {
		if builders[im.Module] == nil {
			builders[im.Module] = rt.NewHostModuleBuilder(im.Module)
		}
		f := func(context.Context, api.Module, []uint64) { panic("the program called the host") }
		if im.Name == "clock_time_get" {
			f = func(_ context.Context, m api.Module, stack []uint64) {
				m.Memory().WriteUint64Le(uint32(stack[2]), imageTime)
				stack[0] = 0
			}
		}
		builders[im.Module].NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(f), im.Params, im.Results).Export(im.Name)
	}
	for _, builder := range builders {
		if _, err := builder.Instantiate(ctx); err != nil {
			b.Fatal(err)
		}
	}
	mod, err := rt.InstantiateWithConfig(ctx, module, wazero.NewModuleConfig().WithStartFunctions("_initialize"))
	if err != nil {
		b.Fatal(err)
	}
	fn := mod.ExportedFunction(exportCall)
	invoke := func(args ...uint64) (uint64, error) {
		r, err := fn.Call(ctx, args...)
		if err != nil {
			return 0, err
		}
		if int64(r[0]) < 0 {
			return 0, fmt.Errorf("operation %d failed", args[0])
		}
		return r[0], nil
	}
	if _, err := invoke(callInit, 0, 0); err != nil {
		b.Fatal(err)
	}
	call := func(op uint64, data []byte) error {
		ptr, err := invoke(callAlloc, uint64(len(data)), 0)
		if err != nil {
			return err
		}
		if !mod.Memory().Write(uint32(ptr), data) {
			return errCorrupt
		}
		_, err = invoke(op, ptr, uint64(len(data)))
		return err
	}
	h, err := wasmhost.New(wasmhost.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	if err := call(callBundle, compileBench(b, h, module, noHooks)); err != nil {
		b.Fatal(err)
	}
	return call
}
