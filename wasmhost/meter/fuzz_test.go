package meter

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// seed adds small modules of wazero's tree and our own.
func seed(f *testing.F) {
	f.Add(bulkModule())
	for _, funcs := range programs {
		f.Add(programModule(funcs).Encode())
	}
	for i, path := range corpus(f) {
		if i%16 != 0 && !strings.Contains(path, "fuzzcases") {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		if len(b) <= 4096 {
			f.Add(b)
		}
	}
}

// FuzzDecode: what decodes, encodes to something that decodes to the same, and
// what is instrumented decodes and can be stripped or is refused; so does what gets
// other branches.
func FuzzDecode(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, module []byte) {
		given := bytes.Clone(module)
		m, err := Decode(module)
		if err != nil {
			if _, err := Instrument(module, Options{}); err == nil {
				t.Fatal("instrumented what does not decode")
			}
			return
		}
		encoded := m.Encode()
		again, err := Decode(encoded)
		if err != nil {
			t.Fatalf("decode what was encoded: %v", err)
		}
		if !bytes.Equal(again.Encode(), encoded) {
			t.Fatal("encoding is no fixpoint")
		}
		branches, err := Branches(module)
		if err != nil {
			t.Fatalf("rewrite branches of what decodes: %v", err)
		}
		if _, err := Decode(branches); err != nil {
			t.Fatalf("decode what got other branches: %v", err)
		}
		result, err := Instrument(module, Options{})
		if !bytes.Equal(module, given) {
			t.Fatal("the input was changed")
		}
		if err != nil {
			return
		}
		if _, err := Decode(result.Module); err != nil {
			t.Fatalf("decode instrumented: %v", err)
		}
		values := make(map[string]uint64)
		for _, g := range result.Globals {
			values[g.Name] = 1
		}
		stripped, err := Strip(result.Module, StripOptions{MinPages: 1, MaxPages: 2, Globals: values})
		if err != nil {
			return
		}
		if _, err := Decode(stripped); err != nil {
			t.Fatalf("decode stripped: %v", err)
		}
	})
}

var errFuzzFuel = errors.New("out of fuel")

func fuzzConfig() wazero.RuntimeConfig {
	return wazero.NewRuntimeConfigCompiler().WithCoreFeatures(allFeatures).WithMemoryLimitPages(64)
}

// fuzzRun instantiates module, with stubs for the functions it imports, calls
// all its exported functions and returns what came of it.
func fuzzRun(ctx context.Context, m *Module, module []byte, budget int) (log []string, memory []byte, err error) {
	r := wazero.NewRuntimeWithConfig(ctx, fuzzConfig())
	defer r.Close(ctx)
	compiled, err := func() (c wazero.CompiledModule, err error) {
		defer func() {
			if e := recover(); e != nil {
				err = errors.New("wazero panics")
			}
		}()
		return r.CompileModule(ctx, module)
	}()
	if err != nil {
		return nil, nil, err
	}
	// Only then: what compiles needs no more imports than it declares.
	builders := make(map[string]wazero.HostModuleBuilder)
	for _, imp := range compiled.ImportedFunctions() {
		mod, name, _ := imp.Import()
		if builders[mod] == nil {
			builders[mod] = r.NewHostModuleBuilder(mod)
		}
		results := len(imp.ResultTypes())
		hook := mod == "buntime" && name == "fuel_hook"
		builders[mod].NewFunctionBuilder().WithGoFunction(api.GoFunc(func(_ context.Context, stack []uint64) {
			if hook {
				if budget--; budget < 0 {
					panic(errFuzzFuel)
				}
				stack[0] += 1000
				return
			}
			clear(stack[:results])
		}), imp.ParamTypes(), imp.ResultTypes()).Export(name)
	}
	for _, b := range builders {
		if _, err := b.Instantiate(ctx); err != nil {
			return []string{"imports: no"}, nil, nil
		}
	}
	in, err := r.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return []string{"instantiate: " + reason(err)}, nil, nil
	}
	for i := range m.Exports {
		e := &m.Exports[i]
		if e.Kind != ExternFunc {
			continue
		}
		fn := in.ExportedFunction(e.Name)
		var args []uint64
		simple := true
		for j, typ := range fn.Definition().ParamTypes() {
			simple = simple && (typ == api.ValueTypeI32 || typ == api.ValueTypeI64 || typ == api.ValueTypeF32 || typ == api.ValueTypeF64)
			args = append(args, uint64(7*(j+1)))
		}
		for _, typ := range fn.Definition().ResultTypes() {
			simple = simple && (typ == api.ValueTypeI32 || typ == api.ValueTypeI64 || typ == api.ValueTypeF32 || typ == api.ValueTypeF64)
		}
		if !simple {
			continue
		}
		results, err := fn.Call(ctx, args...)
		if err != nil {
			log = append(log, e.Name+": "+reason(err))
			continue
		}
		var w writer
		for _, v := range results {
			w.signed(int64(v))
		}
		log = append(log, e.Name+": "+string(w.b))
	}
	if result := in.Memory(); len(m.Memories) > 0 {
		b, _ := result.Read(0, result.Size())
		memory = bytes.Clone(b)
	}
	return log, memory, nil
}

// reason is the part of an error that does not depend on code.
func reason(err error) string {
	if errors.Is(err, errFuzzFuel) {
		return errFuzzFuel.Error()
	}
	line := firstLine(err)
	if strings.Contains(line, "runtime error") || strings.Contains(line, "stack overflow") {
		return "stack overflow" // or a fault of wazero: either way no comparison
	}
	if i := strings.Index(line, "wasm error: "); i >= 0 {
		return line[i:]
	}
	return "refused"
}

// FuzzInstrument: if wazero compiles a module it compiles it instrumented, and
// both come to the same.
func FuzzInstrument(f *testing.F) {
	seed(f)
	ctx := context.Background()
	f.Fuzz(func(t *testing.T, module []byte) {
		m, err := Decode(module)
		if err != nil {
			return
		}
		for i := range m.Tables {
			l := &m.Tables[i].Limits
			if l.Min > 1000 {
				return
			}
			if !l.HasMax || l.Max > 1000 {
				l.HasMax, l.Max = true, 1000
			}
		}
		result, err := Instrument(m.Encode(), Options{MaxTable: 1000})
		if err != nil {
			return
		}
		m.Customs = nil // wazero refuses some for what they hold
		plain := m.Encode()
		// The instrumented one first: it is what is sure to end.
		got, gotMemory, err := fuzzRun(ctx, m, result.Module, 100)
		if err != nil {
			r := wazero.NewRuntimeWithConfig(ctx, fuzzConfig())
			defer r.Close(ctx)
			if compile(r, plain) == nil {
				t.Fatalf("wazero compiles it only plain: %v", err)
			}
			return
		}
		for _, line := range got {
			if strings.HasSuffix(line, errFuzzFuel.Error()) || strings.HasSuffix(line, "stack overflow") {
				return
			}
		}
		want, wantMemory, err := fuzzRun(ctx, m, plain, 0)
		if err != nil {
			t.Fatalf("wazero compiles it only instrumented: %v", err)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%q, want %q", got, want)
		}
		if !bytes.Equal(gotMemory, wantMemory) {
			t.Fatal("memories differ")
		}
	})
}
