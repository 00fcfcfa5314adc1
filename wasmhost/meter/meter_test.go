package meter

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// guest is an instance of a module, metered or not.
type guest struct {
	api.Module
	granted int64
	slice   int64 // what the hook tops the fuel up to
	lowest  int64 // fuel that the hook saw
	calls   int
	most    int // calls after which the hook ends the guest; 0: never
}

var errMost = errors.New("the hook was called often enough")

// start instantiates module; with slice 0 as it is, else instrumented.
func start(t testing.TB, r wazero.Runtime, module []byte, slice int64) *guest {
	t.Helper()
	g := &guest{slice: slice}
	ctx := context.Background()
	if slice > 0 {
		result, err := Instrument(module, Options{})
		if err != nil {
			t.Fatal(err)
		}
		module = result.Module
		hook, err := r.NewHostModuleBuilder("buntime").NewFunctionBuilder().
			WithGoFunction(api.GoFunc(func(_ context.Context, stack []uint64) {
				fuel := int64(stack[0])
				g.calls++
				if g.most > 0 && g.calls > g.most {
					panic(errMost)
				}
				g.lowest = min(g.lowest, fuel)
				more := g.slice - fuel
				g.granted += more
				stack[0] = uint64(fuel + more)
			}), []api.ValueType{api.ValueTypeI64}, []api.ValueType{api.ValueTypeI64}).
			Export("fuel_hook").Instantiate(ctx)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { hook.Close(ctx) })
	}
	m, err := r.InstantiateWithConfig(ctx, module, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close(ctx) })
	g.Module = m
	return g
}

// spent is all fuel spent so far.
func (g *guest) spent() int64 {
	return g.granted - int64(g.ExportedGlobal("buntime.fuel").Get())
}

func (g *guest) call(name string, args ...uint64) ([]uint64, error) {
	return g.ExportedFunction(name).Call(context.Background(), args...)
}

var three = Type{Params: []ValueType{I32, I32, I32}}

// params pushes the first n parameters.
func params(n byte) []byte {
	var b []byte
	for i := range n {
		b = append(b, opLocalGet, i)
	}
	return b
}

// bulkModule exports one function for each bulk operation.
func bulkModule() []byte {
	one := Type{Params: []ValueType{I32}, Results: []ValueType{I32}}
	m := &Module{
		Types:     []Type{three, one, {Params: []ValueType{I32}}, {}},
		Memories:  []Limits{{Min: 16, Max: 20, HasMax: true}},
		Tables:    []Table{{Type: FuncRef, Limits: Limits{Min: 100_000, Max: 200_000, HasMax: true}}},
		DataCount: new(uint32(1)),
		Datas:     []Data{{Flags: 1, Init: bytes.Repeat([]byte("0123456789"), 60_000)}},
		Elems:     []Elem{{Flags: 1, Funcs: make([]uint32, 50_000)}},
		Exports:   []Export{{Name: "table", Kind: ExternTable}},
	}
	add := func(name string, typ uint32, code ...byte) {
		m.Exports = append(m.Exports, Export{Name: name, Kind: ExternFunc, Index: uint32(len(m.Funcs))})
		m.Funcs = append(m.Funcs, Func{Type: typ, Body: append(code, opEnd)})
	}
	add("copy", 0, append(params(3), prefixMisc, 10, 0, 0)...)
	add("fill", 0, append(params(3), prefixMisc, 11, 0)...)
	add("init", 0, append(params(3), prefixMisc, 8, 0, 0)...)
	add("drop", 3, prefixMisc, 9, 0)
	add("grow", 1, opLocalGet, 0, opMemoryGrow, 0)
	add("tableCopy", 0, append(params(3), prefixMisc, 14, 0, 0)...)
	add("tableInit", 0, append(params(3), prefixMisc, 12, 0, 0)...)
	add("tableFill", 0, opLocalGet, 0, opRefNull, 0x70, opLocalGet, 2, prefixMisc, 17, 0)
	add("tableGrow", 1, opRefNull, 0x70, opLocalGet, 0, prefixMisc, 15, 0)
	add("isNull", 1, opLocalGet, 0, 0x25, 0, 0xd1)
	add("tableSize", 1, prefixMisc, 16, 0)
	return m.Encode()
}

// bulkCost is what the documentation of Instrument says of a length.
func bulkCost(length, unit uint64) int64 { return int64(max(1, (length+unit-1)/unit)) }

// TestBulk holds bulk operations to those that they replace, around every bound
// that matters: same results, same traps, same bytes, and the right price.
func TestBulk(t *testing.T) {
	module := bulkModule()
	r, r2 := newRuntime(t, true), newRuntime(t, true)
	plain, metered := start(t, r, module, 0), start(t, r2, module, 1000)
	rnd := rand.New(rand.NewPCG(1, 2))

	const memory, table = 16 * PageSize, 100_000
	pick := func(size uint32) uint32 {
		near := []uint32{0, 1, 63, 64, 65, 4096, 1<<18 - 1, 1 << 18, 1<<18 + 1, 1 << 19, 1 << 15, 1<<15 + 1, 50_000, 600_000,
			size - 1, size, size + 1, math.MaxUint32, math.MaxUint32 - 63, 1 << 31}
		if rnd.IntN(2) == 0 {
			return near[rnd.IntN(len(near))]
		}
		return rnd.Uint32N(size)
	}
	compare := func(name string, unit uint64, args ...uint64) {
		before := metered.spent()
		want, wantErr := plain.call(name, args...)
		got, gotErr := metered.call(name, args...)
		if !slices.Equal(got, want) || firstLine(gotErr) != firstLine(wantErr) {
			t.Fatalf("%s%v = %v, %v; want %v, %v", name, args, got, gotErr, want, wantErr)
		}
		cost := int64(0)
		switch {
		case wantErr == nil && unit > 0:
			cost = bulkCost(args[len(args)-1], unit)
		}
		if spent := metered.spent() - before; spent != cost {
			t.Fatalf("%s%v cost %d, want %d", name, args, spent, cost)
		}
	}
	sameMemory := func() {
		t.Helper()
		p, _ := plain.Memory().Read(0, plain.Memory().Size())
		m, _ := metered.Memory().Read(0, metered.Memory().Size())
		if !bytes.Equal(p, m) {
			t.Fatal("memories differ")
		}
	}
	compare("init", 64, 1000, 0, 600_000)
	trapped := 0
	for i := range 3000 {
		d, s, n := pick(memory), pick(memory), pick(memory)
		switch op := []string{"copy", "copy", "copy", "fill", "init"}[rnd.IntN(5)]; op {
		case "fill":
			// A short fill, else all would soon be of one byte.
			if n > 5000 && n < memory && d%3 > 0 {
				n %= 5000
			}
			compare(op, 64, uint64(d), uint64(s), uint64(n))
		default:
			compare(op, 64, uint64(d), uint64(s), uint64(n))
		}
		if uint64(d)+uint64(n) > memory {
			trapped++
		}
		if i%20 == 0 {
			sameMemory()
		}
	}
	sameMemory()
	if trapped < 100 || trapped > 2900 {
		t.Errorf("%d of 3000 operations were out of bounds: not a fair mix", trapped)
	}
	compare("drop", 0)
	compare("init", 64, 0, 0, 0)
	compare("init", 64, 0, 0, 1)
	compare("init", 64, 0, 1, 0)

	for range 1000 {
		d, s, n := uint64(pick(table)), uint64(pick(table)), uint64(pick(table))
		compare([]string{"tableCopy", "tableInit", "tableFill"}[rnd.IntN(3)], 8, d, s, n)
		compare("isNull", 0, uint64(rnd.Uint32N(table)))
	}
	for i := range uint64(table) {
		p, _ := plain.call("isNull", i)
		m, _ := metered.call("isNull", i)
		if !slices.Equal(p, m) {
			t.Fatalf("tables differ at %d", i)
		}
	}

	compare("grow", 1, 0)
	compare("grow", 1, 3)
	compare("grow", 1, 2)      // fails above the maximum, at the price of trying
	compare("grow", 1, 65_536) // the most that could ever succeed
	before := metered.spent()
	for _, delta := range []uint64{65_537, 1 << 31, math.MaxUint32} {
		if got, err := metered.call("grow", delta); err != nil || int32(got[0]) != -1 {
			t.Errorf("grow(%d) = %v, %v", delta, got, err)
		}
	}
	compare("tableGrow", 8, 0)
	compare("tableGrow", 8, 1001)
	compare("tableGrow", 8, 150_000)
	if got, err := metered.call("tableGrow", 1<<31); err != nil || int32(got[0]) != -1 {
		t.Errorf("tableGrow = %v, %v", got, err)
	}
	compare("tableSize", 0, 0)
	if spent := metered.spent() - before; spent != 4+1+126+18_750 {
		t.Errorf("growing what cannot grow cost %d", spent)
	}
}

// firstLine is an error without its stack trace.
func firstLine(err error) string {
	if err == nil {
		return ""
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// TestPieces shows that the hook gets control within a bulk operation, before
// each piece.
func TestPieces(t *testing.T) {
	g := start(t, newRuntime(t, true), bulkModule(), 1)
	if _, err := g.call("fill", 0, 1, 16*PageSize); err != nil {
		t.Fatal(err)
	}
	if g.calls != 4 || g.lowest < -4096-1 {
		t.Errorf("the hook ran %d times in 1 MiB, down to %d; want 4 times, never more than a piece below", g.calls, g.lowest)
	}
}

// TestGrowIsPaidBefore ends the guest in the hook: memory must not have grown.
func TestGrowIsPaidBefore(t *testing.T) {
	result, err := Instrument(bulkModule(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, ctx := newRuntime(t, true), context.Background()
	stop := errors.New("stop")
	_, err = r.NewHostModuleBuilder("buntime").NewFunctionBuilder().
		WithGoFunction(api.GoFunc(func(context.Context, []uint64) { panic(stop) }),
			[]api.ValueType{api.ValueTypeI64}, []api.ValueType{api.ValueTypeI64}).
		Export("fuel_hook").Instantiate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	m, err := r.Instantiate(ctx, result.Module)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.ExportedFunction("grow").Call(ctx, 1); !errors.Is(err, stop) {
		t.Fatalf("grow without fuel: %v", err)
	}
	if size := m.Memory().Size(); size != 16*PageSize {
		t.Errorf("memory has grown to %d", size)
	}
	if _, err := m.ExportedFunction("fill").Call(ctx, 0, 1, 100); !errors.Is(err, stop) {
		t.Fatalf("fill without fuel: %v", err)
	}
	if b, _ := m.Memory().ReadByte(0); b != 0 {
		t.Error("memory was written before it was paid for")
	}
}

// TestPoints counts what code costs, and that the slices change nothing of it.
func TestPoints(t *testing.T) {
	nops := bytes.Repeat([]byte{0x01}, 200_000)
	loop := programs["count"][0].Body
	tests := map[string]struct {
		funcs []Func
		arg   uint64
		want  int64
	}{
		"short leaf":              {[]Func{{Body: []byte{opLocalGet, 0, opEnd}}}, 1, 0},
		"long leaf":               {[]Func{{Body: append(nops[:63:63], opLocalGet, 0, opEnd)}}, 1, 1},
		"longest short leaf":      {[]Func{{Body: append(nops[:62:62], opLocalGet, 0, opEnd)}}, 1, 0},
		"very long leaf":          {[]Func{{Body: append(nops, opLocalGet, 0, opEnd)}}, 1, 1 + 200_000/pointWeight},
		"leaf with many locals":   {[]Func{{Locals: []Locals{{40_000, I64}, {9_000, I32}}, Body: []byte{opLocalGet, 0, opEnd}}}, 1, 1},
		"loop":                    {[]Func{{Body: loop}}, 10, 10},
		"call":                    {[]Func{{Body: []byte{opLocalGet, 0, opCall, 1, opEnd}}, {Body: []byte{opLocalGet, 0, opEnd}}}, 1, 1},
		"call of a helper":        {[]Func{{Body: []byte{opLocalGet, 0, opCall, 2, opEnd}}, {Body: loop}, {Body: append(nops[:510:510], opLocalGet, 0, opEnd)}}, 1, 1},
		"call of a long helper":   {[]Func{{Body: []byte{opLocalGet, 0, opCall, 2, opEnd}}, {Body: loop}, {Body: append(nops[:511:511], opLocalGet, 0, opEnd)}}, 1, 2},
		"helper of a helper":      {[]Func{{Body: []byte{opLocalGet, 0, opCall, 2, opEnd}}, {Body: loop}, {Body: []byte{opLocalGet, 0, opCall, 3, opEnd}}, {Body: append(nops[:440:440], opLocalGet, 0, opEnd)}}, 1, 1},
		"helpers that add up":     {[]Func{{Body: []byte{opLocalGet, 0, opCall, 2, opEnd}}, {Body: loop}, {Body: []byte{opLocalGet, 0, opCall, 3, opEnd}}, {Body: append(nops[:450:450], opLocalGet, 0, opEnd)}}, 1, 2},
		"many calls of a helper":  {[]Func{{Body: append(append([]byte{opLocalGet, 0}, bytes.Repeat([]byte{opCall, 2}, 200)...), opEnd)}, {Body: loop}, {Body: append(nops[:500:500], opLocalGet, 0, opEnd)}}, 1, 2},
		"helper with a loop":      {[]Func{{Body: []byte{opLocalGet, 0, opCall, 2, opEnd}}, {Body: loop}, {Body: loop}}, 5, 6},
		"indirect call of a loop": {[]Func{{Body: []byte{opLocalGet, 0, opI32Const, 0, opCallIndirect, 0, 0, opEnd}}, {Body: loop}}, 5, 6},
		"tail calls":              {[]Func{{Body: []byte{opLocalGet, 0, opIf, 0x40, opLocalGet, 0, opI32Const, 1, opI32Sub, opReturnCall, 0, opEnd, opLocalGet, 0, opEnd}}}, 100, 101},
		"recursion":               {programs["fib"], 10, 177},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := programModule(tt.funcs)
			if len(tt.funcs) > 1 {
				m.Tables = []Table{{Type: FuncRef, Limits: Limits{Min: 1}}}
				m.Elems = []Elem{{Offset: []byte{opI32Const, 0, opEnd}, Funcs: []uint32{1}}}
			}
			for _, slice := range []int64{1, 7, 1_000_000} {
				g := start(t, newRuntime(t, true), m.Encode(), slice)
				if _, err := g.call("f", tt.arg); err != nil {
					t.Fatal(err)
				}
				if got := g.spent(); got != tt.want {
					t.Errorf("cost %d with slices of %d, want %d", got, slice, tt.want)
				}
			}
		})
	}
}

// TestNothingEscapes runs what ends by itself only after an age, if ever. A hook
// that ends the guest has to be called within some thousand instructions.
func TestNothingEscapes(t *testing.T) {
	get, call := byte(opLocalGet), byte(opCall)
	pass := func(op ...byte) Func { return Func{Body: append(append([]byte{get, 0}, op...), opEnd)} }
	// Each of a tree's functions calls the next one twice.
	tree := func() (funcs []Func) {
		for i := range byte(60) {
			funcs = append(funcs, pass(call, i+1, call, i+1))
		}
		return append(funcs, pass())
	}
	// A loop in as many blocks that leaves all of them and starts again.
	deep := func(n int) []byte {
		b := []byte{opLoop, 0x40}
		for range n {
			b = append(b, opLoop, 0x40)
		}
		w := writer{b: b}
		w.raw(opBr)
		w.u32(uint32(n))
		for range n {
			w.raw(opEnd)
		}
		w.raw(opEnd, get, 0, opEnd)
		return w.b
	}
	tests := map[string][]Func{
		"loop":                       {{Body: []byte{opLoop, 0x40, opBr, 0, opEnd, get, 0, opEnd}}},
		"loop with a parameter":      {{Body: []byte{get, 0, opLoop, 0, opBr, 0, opEnd, opEnd}}},
		"loop that returns a value":  {{Body: []byte{opLoop, 0x7f, opBr, 0, opEnd, opEnd}}},
		"loop by its labels":         {{Body: []byte{opBlock, 0x40, opLoop, 0x40, get, 0, opBrTable, 1, 0, 1, opEnd, opEnd, get, 0, opEnd}}},
		"loop by a condition":        {{Body: []byte{opLoop, 0x40, opI32Const, 1, opBrIf, 0, opEnd, get, 0, opEnd}}},
		"outermost of 3 loops":       {{Body: deep(2)}},
		"outermost of 1,000 loops":   {{Body: deep(999)}},
		"loop around calls":          {{Body: []byte{opLoop, 0x40, get, 0, call, 1, 0x1a, opBr, 0, opEnd, get, 0, opEnd}}, pass()},
		"tree of calls":              tree(),
		"tail calls of itself":       {pass(opReturnCall, 0)},
		"tail calls in a circle":     {pass(opReturnCall, 1), pass(opReturnCall, 2), pass(opReturnCall, 0)},
		"tail calls into a circle":   {pass(opReturnCall, 1), pass(opReturnCall, 2), pass(opReturnCall, 1)},
		"tail calls through a table": {pass(opReturnCall, 1), pass(opI32Const, 0, opReturnCallIndirect, 0, 0)},
		"recursion":                  {pass(call, 0, call, 0)},
		"recursion into a circle":    {pass(call, 1), pass(call, 2, call, 2), pass(call, 3, call, 3), pass(call, 1, call, 1)},
		"recursion behind a circle":  {pass(call, 1), pass(call, 2), pass(call, 1, call, 3), pass(call, 3, call, 3)},
	}
	for name, funcs := range tests {
		t.Run(name, func(t *testing.T) {
			m := programModule(funcs)
			if strings.Contains(name, "table") {
				m.Tables = []Table{{Type: FuncRef, Limits: Limits{Min: 1}}}
				m.Elems = []Elem{{Offset: []byte{opI32Const, 0, opEnd}, Funcs: []uint32{1}}}
			}
			g := start(t, newRuntime(t, true), m.Encode(), 1)
			g.most = 10
			if _, err := g.call("f", 0); err == nil || !strings.Contains(err.Error(), errMost.Error()) {
				t.Fatalf("call = %v, want the hook's end", err)
			}
			if g.lowest < -uncheckedWeight {
				t.Errorf("%d units were spent without a look", -g.lowest)
			}
		})
	}
}

func TestInstrumentRefuses(t *testing.T) {
	global := func(typ ValueType, init ...byte) []byte {
		return (&Module{Globals: []GlobalDef{{GlobalType: GlobalType{Type: typ, Mutable: true}, Init: append(init, opEnd)}}}).Encode()
	}
	exported := func(name string) []byte {
		m := &Module{Globals: []GlobalDef{{GlobalType: GlobalType{Type: I32, Mutable: true}, Init: []byte{opI32Const, 0, opEnd}}}}
		m.Exports = []Export{{Name: name, Kind: ExternGlobal}}
		return m.Encode()
	}
	tests := map[string]struct {
		module []byte
		want   string
	}{
		"not a module":         {nil, "not a WebAssembly"},
		"mutable vector":       {global(V128, append([]byte{prefixVector, 12}, make([]byte, 16)...)...), "cannot restore"},
		"mutable reference":    {global(FuncRef, opRefNull, 0x70), "cannot restore"},
		"the hook itself":      {(&Module{Types: []Type{{}}, Imports: []Import{{Module: "buntime", Name: "fuel_hook"}}}).Encode(), "reserved name"},
		"export of the fuel":   {exported("buntime.fuel"), "reserved name"},
		"export of a global":   {exported("buntime.g0"), "reserved name"},
		"several memories":     {(&Module{Memories: []Limits{{}, {}}}).Encode(), "several memories"},
		"large table":          {(&Module{Tables: []Table{{Type: FuncRef, Limits: Limits{Min: 1<<20 + 1}}}}).Encode(), "above the limit"},
		"waiting":              {body(opI32Const, 0, opI32Const, 0, opI64Const, 0, prefixAtomic, 1, 2, 0, 0x1a, opEnd), "cannot be metered"},
		"fill of memory 1":     {body(opI32Const, 0, opI32Const, 0, opI32Const, 0, prefixMisc, 11, 1, opEnd), "unknown memory"},
		"copy from memory 1":   {body(opI32Const, 0, opI32Const, 0, opI32Const, 0, prefixMisc, 10, 0, 1, opEnd), "unknown memory"},
		"growth of memory 1":   {body(opI32Const, 0, opMemoryGrow, 1, 0x1a, opEnd), "unknown memory"},
		"fill of table 1":      {body(opI32Const, 0, opRefNull, 0x70, opI32Const, 0, prefixMisc, 17, 1, opEnd), "unknown table"},
		"copy between unknown": {body(opI32Const, 0, opI32Const, 0, opI32Const, 0, prefixMisc, 14, 0, 1, opEnd), "unknown table"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Instrument(tt.module, Options{}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Instrument = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestResult(t *testing.T) {
	m := &Module{
		Types: []Type{{}},
		Imports: []Import{
			{Module: "env", Name: "f", Kind: ExternFunc},
			{Module: "env", Name: "g", Kind: ExternGlobal, Global: GlobalType{Type: I32}},
		},
		Funcs:    []Func{{Body: []byte{opRefFunc, 1, 0x1a, opCall, 0, opCall, 1, opEnd}}},
		Memories: []Limits{{Min: 3, Max: 7, HasMax: true}},
		Tables:   []Table{{Type: FuncRef, Limits: Limits{Min: 1}}},
		Globals: []GlobalDef{
			{GlobalType: GlobalType{Type: I64, Mutable: true}, Init: []byte{opI64Const, 5, opEnd}},
			{GlobalType: GlobalType{Type: FuncRef}, Init: []byte{opRefFunc, 1, opEnd}},
			{GlobalType: GlobalType{Type: F32, Mutable: true}, Init: []byte{opF32Const, 0, 0, 0x80, 0x3f, opEnd}},
		},
		Exports: []Export{{Name: "f", Kind: ExternFunc, Index: 1}},
		Start:   new(uint32(1)),
		Elems:   []Elem{{Offset: []byte{opI32Const, 0, opEnd}, Funcs: []uint32{0, 1}}},
		Customs: []Custom{
			{Name: "name", Data: []byte{1, 7, 2, 0, 1, 'a', 1, 1, 'b', 2, 6, 1, 1, 1, 0, 1, 'x'}},
			{Name: ".debug_line", Data: []byte{1}},
		},
	}
	result, err := Instrument(m.Encode(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := []Global{{"buntime.g1", I64}, {"buntime.g3", F32}}; !slices.Equal(result.Globals, want) {
		t.Errorf("Globals = %v, want %v", result.Globals, want)
	}
	if want := []ImportInfo{{"env", "f", ExternFunc}, {"env", "g", ExternGlobal}}; !slices.Equal(result.Imports, want) {
		t.Errorf("Imports = %v, want %v", result.Imports, want)
	}
	if !result.HasMemory || result.MemoryMin != 3 || result.MemoryMax != 7 || result.WritesTables || result.PassiveSegments {
		t.Errorf("Result = %+v", *result)
	}
	out, err := Decode(result.Module)
	if err != nil {
		t.Fatal(err)
	}
	if out.Imports[2].Name != "fuel_hook" || out.Exports[0].Index != 2 || *out.Start != 2 ||
		!slices.Equal(out.Elems[0].Funcs, []uint32{0, 2}) || !bytes.Equal(out.Globals[1].Init, []byte{opRefFunc, 2, opEnd}) ||
		!bytes.HasSuffix(out.Funcs[0].Body, []byte{opRefFunc, 2, 0x1a, opCall, 0, opCall, 2, opEnd}) {
		t.Errorf("functions did not move together: %+v", out)
	}
	if want := []byte{1, 7, 2, 0, 1, 'a', 2, 1, 'b', 2, 6, 1, 2, 1, 0, 1, 'x'}; len(out.Customs) != 1 || !bytes.Equal(out.Customs[0].Data, want) {
		t.Errorf("custom sections = %v, want names %v", out.Customs, want)
	}
	if l := out.Tables[0].Limits; !l.HasMax || l.Max != defaultMaxTable {
		t.Errorf("table limits = %+v", l)
	}

	for name, code := range map[string][]byte{
		"table.set":  {opI32Const, 0, opRefNull, 0x70, opTableSet, 0, opEnd},
		"table.grow": {opRefNull, 0x70, opI32Const, 0, prefixMisc, 15, 0, 0x1a, opEnd},
		"table.copy": {opI32Const, 0, opI32Const, 0, opI32Const, 0, prefixMisc, 14, 0, 0, opEnd},
		"table.fill": {opI32Const, 0, opRefNull, 0x70, opI32Const, 0, prefixMisc, 17, 0, opEnd},
		"table.init": {opI32Const, 0, opI32Const, 0, opI32Const, 0, prefixMisc, 12, 0, 0, opEnd},
		"elem.drop":  {prefixMisc, 13, 0, opEnd},
	} {
		if result, err := Instrument(body(code...), Options{}); err != nil || !result.WritesTables {
			t.Errorf("%s: %v, does not show as writing a table", name, err)
		}
	}
}

func TestStrip(t *testing.T) {
	m := programModule([]Func{{Body: []byte{opLocalGet, 0, opEnd}}, {Type: 1, Body: []byte{opUnreachable, opEnd}}})
	m.Types = append(m.Types, Type{})
	m.Start = new(uint32(1))
	m.Datas = []Data{{Offset: []byte{opI32Const, 0, opEnd}, Init: []byte("data")}}
	m.Exports = append(m.Exports, Export{Name: "memory", Kind: ExternMemory})
	for typ, op := range map[ValueType][]byte{I32: {opI32Const, 0}, I64: {opI64Const, 0},
		F32: append([]byte{opF32Const}, make([]byte, 4)...), F64: append([]byte{opF64Const}, make([]byte, 8)...)} {
		m.Globals = append(m.Globals, GlobalDef{GlobalType: GlobalType{Type: typ, Mutable: true}, Init: append(op, opEnd)})
	}
	result, err := Instrument(m.Encode(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]uint64)
	for i, g := range result.Globals {
		values[g.Name] = 0xfffffff0 + uint64(i)
		if g.Type == I64 || g.Type == F64 {
			values[g.Name] <<= 32
		}
	}
	stripped, err := Strip(result.Module, StripOptions{MinPages: 2, MaxPages: 5, Globals: values})
	if err != nil {
		t.Fatal(err)
	}
	g := guest{Module: func() api.Module {
		r := newRuntime(t, true)
		_, err := r.NewHostModuleBuilder("buntime").NewFunctionBuilder().WithFunc(func(f int64) int64 { return f }).
			Export("fuel_hook").Instantiate(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		m, err := r.Instantiate(context.Background(), stripped)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}()}
	for name, want := range values {
		if got := g.ExportedGlobal(name).Get(); got != want {
			t.Errorf("global %s = %#x, want %#x", name, got, want)
		}
	}
	if size, limit := g.Memory().Size(), g.Memory().Definition(); size != 2*PageSize || limit.Min() != 2 {
		t.Errorf("memory of %d bytes, %d pages at least", size, limit.Min())
	}
	if b, _ := g.Memory().Read(0, 2*PageSize); !bytes.Equal(b, make([]byte, 2*PageSize)) {
		t.Error("instantiating wrote into memory")
	}

	passive, err := Instrument(bulkModule(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !passive.PassiveSegments {
		t.Error("passive segments do not show")
	}
	imports := func(i Import) []byte { return (&Module{Imports: []Import{i}}).Encode() }
	only := map[string]uint64{"buntime.g0": 0}
	tests := map[string]struct {
		module []byte
		o      StripOptions
		want   string
	}{
		"passive segments":         {passive.Module, StripOptions{MinPages: 16, MaxPages: 20}, "memory.init"},
		"imported memory":          {imports(Import{Kind: ExternMemory}), StripOptions{MaxPages: 1}, "imports its memory"},
		"imported mutable global":  {imports(Import{Kind: ExternGlobal, Global: GlobalType{Type: I32, Mutable: true}}), StripOptions{}, "imports a mutable global"},
		"limits the wrong way":     {result.Module, StripOptions{MinPages: 2, MaxPages: 1, Globals: values}, "out of range"},
		"more than there can be":   {result.Module, StripOptions{MaxPages: 65_537, Globals: values}, "out of range"},
		"a global without a value": {result.Module, StripOptions{MaxPages: 1, Globals: only}, "no value"},
		"a value without a global": {raw(sectionType, 0), StripOptions{Globals: only}, "not exported"},
		"pages without a memory":   {raw(sectionType, 0), StripOptions{MinPages: 1, MaxPages: 1}, "has no memory"},
		"not a module":             {nil, StripOptions{}, "not a WebAssembly"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Strip(tt.module, tt.o); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Strip = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

// TestMemoryInProportion decodes and instruments modules that are made of the
// least bytes per item, so that what is allocated is the most per byte.
func TestMemoryInProportion(t *testing.T) {
	const n = 200_000
	repeat := func(b ...byte) []byte { return bytes.Repeat(b, n) }
	vector := func(id byte, items []byte) []byte {
		w := writer{}
		w.u32(n)
		w.raw(items...)
		return raw(id, w.b...)
	}
	tests := map[string][]byte{
		"types":          vector(sectionType, repeat(0x60, 0, 0)),
		"imports":        vector(sectionImport, repeat(0, 0, byte(ExternMemory), 0, 0)),
		"tables":         vector(sectionTable, repeat(byte(FuncRef), 0, 0)),
		"memories":       vector(sectionMemory, repeat(0, 0)),
		"globals":        vector(sectionGlobal, repeat(byte(I32), 1, opI32Const, 0, opEnd)),
		"elements":       vector(sectionElem, repeat(1, 0, 0)),
		"expressions":    raw(sectionElem, append([]byte{1, 5, byte(FuncRef), 0xc0, 0x9a, 0x0c}, repeat(opRefNull, 0x70, opEnd)...)...),
		"data":           vector(sectionData, repeat(1, 0)),
		"sections":       append([]byte(header), bytes.Repeat([]byte{sectionCustom, 1, 0}, maxSections)...),
		"loops":          body(append(repeat(opLoop, 0x40, opEnd), opEnd)...),
		"bulk":           body(append(repeat(opI32Const, 0, opMemoryGrow, 0, 0x1a), opEnd)...),
		"calls":          body(append(repeat(opCall, 0), opEnd)...),
		"bodies":         (&Module{Types: []Type{{}}, Funcs: slices.Repeat([]Func{{Body: []byte{opEnd}}}, n)}).Encode(),
		"table helpers":  body(append(tableFills(300), opEnd)...),
		"branch targets": body(append(append([]byte{opI32Const, 0, 0x0e, 0xa0, 0x9c, 1}, bytes.Repeat([]byte{0}, 20_001)...), opEnd)...),
	}
	for name, module := range tests {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Instrument(module, Options{})
			runtime.ReadMemStats(&after)
			per := float64(after.TotalAlloc-before.TotalAlloc) / float64(len(module))
			t.Logf("%d bytes, %.0f allocated for each (%v)", len(module), per, err)
			if per > 250 {
				t.Errorf("allocated %.0f bytes for each of the input", per)
			}
		})
	}
}

// tableFills fills n times.
func tableFills(n int) []byte {
	return bytes.Repeat([]byte{opI32Const, 0, opRefNull, 0x70, opI32Const, 0, prefixMisc, 17, 0}, n)
}
