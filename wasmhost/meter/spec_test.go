package meter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// script is a WebAssembly spec test as wast2json writes it.
type script struct {
	Commands []command
}

type command struct {
	Type     string
	Line     int
	Name     string
	As       string
	Filename string
	Kind     string `json:"module_type"`
	Action   struct {
		Type   string
		Field  string
		Module string
		Args   []constantValue
	}
}

type constantValue struct {
	Type     string
	LaneType string `json:"lane_type"`
	Value    any
}

// stack returns a value as wazero's Call takes it.
func (v constantValue) stack() ([]uint64, error) {
	if v.Type != "v128" {
		n, err := number(v.Type, v.Value)
		return []uint64{n}, err
	}
	lanes, ok := v.Value.([]any)
	if !ok || len(lanes) == 0 {
		return nil, fmt.Errorf("vector %v", v.Value)
	}
	out := make([]uint64, 2)
	width := 128 / len(lanes)
	for i, lane := range lanes {
		n, err := number(v.LaneType, lane)
		if err != nil {
			return nil, err
		}
		if width < 64 {
			n &= 1<<width - 1
		}
		out[i*width/64] |= n << (i * width % 64)
	}
	return out, nil
}

func number(kind string, value any) (uint64, error) {
	s, ok := value.(string)
	if !ok || s == "null" {
		return 0, nil
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		if kind == "externref" {
			n++ // 0 is null
		}
		return n, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if strings.Contains(kind, "32") {
		return uint64(uint32(n)), err
	}
	return uint64(n), err
}

// world runs one script with its modules rewritten by a function.
type world struct {
	rewrite func([]byte) ([]byte, error)
	slice   int64 // what the hook returns
	runtime wazero.Runtime
	named   map[string]api.Module
	last    api.Module
	all     []api.Module
	hooks   int
}

// outcome is what a command came to.
type outcome struct {
	err     string // first line
	results []uint64
}

func (o outcome) String() string {
	if o.err != "" {
		return "error: " + o.err
	}
	return fmt.Sprintf("%#x", o.results)
}

func newWorld(t testing.TB, features api.CoreFeatures, rewrite func([]byte) ([]byte, error)) *world {
	ctx := context.Background()
	w := &world{rewrite: rewrite, named: make(map[string]api.Module), slice: 50}
	w.runtime = wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(features))
	_, err := w.runtime.NewHostModuleBuilder("buntime").NewFunctionBuilder().
		WithGoFunction(api.GoFunc(func(_ context.Context, stack []uint64) {
			w.hooks++
			stack[0] += uint64(w.slice)
		}), []api.ValueType{api.ValueTypeI64}, []api.ValueType{api.ValueTypeI64}).
		Export("fuel_hook").Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := corpusDir()
	if err != nil {
		t.Fatal(err)
	}
	spectest, err := os.ReadFile(filepath.Join(dir, "internal/integration_test/spectest/testdata/spectest.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.runtime.InstantiateWithConfig(ctx, spectest, wazero.NewModuleConfig()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) close() { w.runtime.Close(context.Background()) }

func (w *world) instantiate(module []byte, name string) (api.Module, error) {
	rewritten, err := w.rewrite(module)
	if err != nil {
		return nil, err
	}
	return w.runtime.InstantiateWithConfig(context.Background(), rewritten, wazero.NewModuleConfig().WithName(name))
}

// run runs one command; next is the one after it.
func (w *world) run(dir string, c, next *command) (o outcome) {
	defer func() {
		if e := recover(); e != nil {
			o.err = fmt.Sprint("panic: ", e)
		}
	}()
	fail := func(err error) outcome {
		line, _, _ := strings.Cut(err.Error(), "\n")
		return outcome{err: line}
	}
	module := w.last
	if c.Action.Module != "" {
		module = w.named[c.Action.Module]
	}
	switch c.Type {
	case "module", "assert_malformed", "assert_invalid", "assert_unlinkable", "assert_uninstantiable":
		if c.Kind == "text" {
			return outcome{}
		}
		b, err := os.ReadFile(filepath.Join(dir, c.Filename))
		if err != nil {
			return fail(err)
		}
		name := ""
		if c.Type == "module" && next != nil && next.Type == "register" {
			name = next.As
		}
		m, err := w.instantiate(b, name)
		if c.Type == "module" {
			w.last = m
			if c.Name != "" {
				w.named[c.Name] = m
			}
			if m != nil {
				w.all = append(w.all, m)
			}
		}
		if err != nil {
			// The reason names indices and counts, which the rewriting changes.
			return outcome{err: "refused"}
		}
	case "assert_return", "assert_trap", "assert_exhaustion", "assert_exception", "action":
		if module == nil {
			return outcome{err: "no module"}
		}
		if c.Action.Type == "get" {
			return outcome{results: []uint64{module.ExportedGlobal(c.Action.Field).Get()}}
		}
		var args []uint64
		for _, a := range c.Action.Args {
			v, err := a.stack()
			if err != nil {
				return fail(err)
			}
			args = append(args, v...)
		}
		f := module.ExportedFunction(c.Action.Field)
		results, err := f.Call(context.Background(), args...)
		if err != nil {
			return fail(err)
		}
		results = slices.Clone(results)
		// A reference is an address: only null compares.
		if types := f.Definition().ResultTypes(); len(types) == len(results) {
			for i, typ := range types {
				if typ != api.ValueTypeI32 && typ != api.ValueTypeI64 && typ != api.ValueTypeF32 &&
					typ != api.ValueTypeF64 && typ != api.ValueTypeExternref && results[i] != 0 {
					results[i] = 1
				}
			}
		}
		return outcome{results: results}
	case "register":
	default:
		return outcome{err: "unknown command " + c.Type}
	}
	return outcome{}
}

// instrumentForSpec instruments a module, or leaves it alone if it is one of the
// few that cannot be: others of its script may import it.
func instrumentForSpec(t *testing.T) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) {
		r, err := Instrument(b, Options{MaxTable: math.MaxUint32})
		if errors.Is(err, errGlobal) || errors.Is(err, errWait) {
			t.Log(err)
			return b, nil
		}
		if err != nil {
			return nil, err
		}
		return r.Module, nil
	}
}

func encodeAgain(b []byte) ([]byte, error) {
	m, err := Decode(b)
	if err != nil {
		return nil, err
	}
	return m.Encode(), nil
}

// TestSpec runs the spec's own tests in wazero's tree with modules as they are,
// re-encoded, with rewritten branches, and instrumented: every command must come to the same, and every
// memory hold the same bytes in the end.
func TestSpec(t *testing.T) {
	dir, err := corpusDir()
	if err != nil {
		t.Fatal(err)
	}
	suites := map[string]api.CoreFeatures{
		"v1":             api.CoreFeaturesV1,
		"v2":             api.CoreFeaturesV2,
		"threads":        api.CoreFeaturesV2 | experimental.CoreFeaturesThreads,
		"tail-call":      api.CoreFeaturesV2 | experimental.CoreFeaturesTailCall,
		"extended-const": api.CoreFeaturesV2 | experimental.CoreFeaturesExtendedConst,
		"exception-handling": api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling |
			experimental.CoreFeaturesTailCall | experimental.CoreFeaturesTypedFunctionReferences,
		"typed-function-references": api.CoreFeaturesV2 | experimental.CoreFeaturesTypedFunctionReferences |
			experimental.CoreFeaturesTailCall,
	}
	for name, features := range suites {
		paths, err := filepath.Glob(filepath.Join(dir, "internal/integration_test/spectest", name, "testdata/*.json"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no scripts of %s: %v", name, err)
		}
		for _, path := range paths {
			t.Run(name+"/"+strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
				runScript(t, path, features)
			})
		}
	}
}

func runScript(t *testing.T, path string, features api.CoreFeatures) {
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var s script
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(path)
	plain := newWorld(t, features, func(b []byte) ([]byte, error) { return b, nil })
	defer plain.close()
	rewritten := map[string]*world{
		"encoded":      newWorld(t, features, encodeAgain),
		"branches":     newWorld(t, features, Branches),
		"instrumented": newWorld(t, features, instrumentForSpec(t)),
	}
	for _, w := range rewritten {
		defer w.close()
	}
	for i := range s.Commands {
		c, next := &s.Commands[i], (*command)(nil)
		if i+1 < len(s.Commands) {
			next = &s.Commands[i+1]
		}
		want := plain.run(dir, c, next)
		if c.Type == "assert_return" && want.err != "" {
			t.Errorf("plain line %d: %v", c.Line, want)
		}
		for name, w := range rewritten {
			got := w.run(dir, c, next)
			if got.err == want.err && slices.Equal(got.results, want.results) {
				continue
			}
			if got.err == "refused" && c.Type == "assert_invalid" {
				continue // wazero takes some that the spec does not
			}
			t.Errorf("%s line %d: %s %s: %v, want %v", name, c.Line, c.Type, c.Action.Field, got, want)
		}
	}
	for name, w := range rewritten {
		for i, m := range w.all {
			got, want := m.Memory(), plain.all[i].Memory()
			if !reflect.ValueOf(want).IsNil() {
				g, _ := got.Read(0, got.Size())
				p, _ := want.Read(0, want.Size())
				if !bytes.Equal(g, p) {
					t.Errorf("%s: memory of module %d differs", name, i)
				}
			}
		}
	}
}
