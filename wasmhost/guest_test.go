package wasmhost

import (
	"context"
	"testing"
	"time"

	"github.com/tetratelabs/wazero/api"

	"github.com/buntime/buntime/wasmhost/meter"
)

// Opcodes of the guests below.
const (
	opUnreachable  = 0x00
	opBlock        = 0x02
	opLoop         = 0x03
	opIf           = 0x04
	opElse         = 0x05
	opEnd          = 0x0b
	opBr           = 0x0c
	opBrIf         = 0x0d
	opCall         = 0x10
	opCallIndirect = 0x11
	opDrop         = 0x1a
	opLocalGet     = 0x20
	opLocalSet     = 0x21
	opLocalTee     = 0x22
	opGlobalGet    = 0x23
	opGlobalSet    = 0x24
	opTableSet     = 0x26
	opLoad8        = 0x2d
	opStore8       = 0x3a
	opMemorySize   = 0x3f
	opMemoryGrow   = 0x40
	opI32Const     = 0x41
	opI64Const     = 0x42
	opF64Const     = 0x44
	opEqz          = 0x45
	opAdd          = 0x6a
	opSub          = 0x6b
	opI64Add       = 0x7c
	opRefNull      = 0xd0
	opBulk         = 0xfc
	empty          = 0x40 // block type
	typeI32        = 0x7f
	typeFunc       = 0x70
)

// guest is the module that most tests run. Its exports are named below; State of
// its instances is a func(*Instance, uint64) uint64 that its one import calls.
const (
	fnAdd        = iota // (a, b) a+b
	fnLoop              // (n) n iterations, returns 0
	fnForever           // never returns
	fnRecurse           // (n) n deep, returns n
	fnTree              // (n) 2^n calls without a loop, returns 0
	fnPeek              // (address) byte
	fnPoke              // (address, byte)
	fnGrow              // (pages) memory.grow
	fnSize              // memory.size
	fnFill              // (address, byte, length) memory.fill
	fnCopy              // (to, from, length) memory.copy
	fnTrap              // unreachable
	fnSetGlobals        // (v) all three
	fnGetGlobal         // the first
	fnHost              // (v) the import's result
	fnTable             // (index) call_indirect: 11 or 22
	fnTouch             // (address, pages of 4096) writes one byte in each
	fnDivide            // (a, b) a/b
	fnCount
)

var guestExports = [fnCount]string{"add", "loop", "forever", "recurse", "tree", "peek", "poke", "grow", "size", "fill", "copy",
	"trap", "setGlobals", "getGlobal", "host", "table", "touch", "divide"}

const (
	guestPages = 4    // memory when it starts
	guestMax   = 2048 // declared maximum
	dataAt     = 0x100
	initAt     = 0x200 // _initialize writes here
)

// guestModule encodes the guest; change, if any, may alter it before.
func guestModule(change ...func(*meter.Module)) []byte {
	i32, none := meter.I32, []meter.ValueType(nil)
	m := &meter.Module{
		Types: []meter.Type{
			{Params: none, Results: none},
			{Params: none, Results: []meter.ValueType{i32}},
			{Params: []meter.ValueType{i32}, Results: none},
			{Params: []meter.ValueType{i32}, Results: []meter.ValueType{i32}},
			{Params: []meter.ValueType{i32, i32}, Results: none},
			{Params: []meter.ValueType{i32, i32}, Results: []meter.ValueType{i32}},
			{Params: []meter.ValueType{i32, i32, i32}, Results: none},
		},
		Imports:  []meter.Import{{Module: "env", Name: "host", Kind: meter.ExternFunc, Type: 3}},
		Memories: []meter.Limits{{Min: guestPages, Max: guestMax, HasMax: true}},
		Tables:   []meter.Table{{Type: meter.FuncRef, Limits: meter.Limits{Min: 2, Max: 4, HasMax: true}}},
		Globals: []meter.GlobalDef{
			{GlobalType: meter.GlobalType{Type: i32, Mutable: true}, Init: []byte{opI32Const, 7, opEnd}},
			{GlobalType: meter.GlobalType{Type: meter.I64, Mutable: true}, Init: []byte{opI64Const, 8, opEnd}},
			{GlobalType: meter.GlobalType{Type: meter.F64, Mutable: true}, Init: []byte{opF64Const, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, opEnd}},
		},
		Datas: []meter.Data{{Offset: []byte{opI32Const, 0x80, 2, opEnd}, Init: []byte("data")}},
	}
	add := func(name string, typ uint32, locals uint32, body ...byte) uint32 {
		f := meter.Func{Type: typ, Body: append(body, opEnd)}
		if locals > 0 {
			f.Locals = []meter.Locals{{Count: locals, Type: i32}}
		}
		m.Funcs = append(m.Funcs, f)
		index := uint32(len(m.Funcs)) // after the one import
		if name != "" {
			m.Exports = append(m.Exports, meter.Export{Name: name, Kind: meter.ExternFunc, Index: index})
		}
		return index
	}
	add("add", 5, 0, opLocalGet, 0, opLocalGet, 1, opAdd)
	add("loop", 3, 0,
		opBlock, empty, opLoop, empty,
		opLocalGet, 0, opEqz, opBrIf, 1,
		opLocalGet, 0, opI32Const, 1, opSub, opLocalSet, 0,
		opBr, 0, opEnd, opEnd, opLocalGet, 0)
	add("forever", 0, 0, opLoop, empty, opBr, 0, opEnd)
	add("recurse", 3, 0,
		opLocalGet, 0, opEqz, opIf, typeI32, opI32Const, 0, opElse,
		opLocalGet, 0, opI32Const, 1, opSub, opCall, 4, opI32Const, 1, opAdd, opEnd)
	add("tree", 3, 0,
		opLocalGet, 0, opEqz, opIf, typeI32, opI32Const, 0, opElse,
		opLocalGet, 0, opI32Const, 1, opSub, opCall, 5,
		opLocalGet, 0, opI32Const, 1, opSub, opCall, 5, opAdd, opEnd)
	add("peek", 3, 0, opLocalGet, 0, opLoad8, 0, 0)
	add("poke", 4, 0, opLocalGet, 0, opLocalGet, 1, opStore8, 0, 0)
	add("grow", 3, 0, opLocalGet, 0, opMemoryGrow, 0)
	add("size", 1, 0, opMemorySize, 0)
	add("fill", 6, 0, opLocalGet, 0, opLocalGet, 1, opLocalGet, 2, opBulk, 11, 0)
	add("copy", 6, 0, opLocalGet, 0, opLocalGet, 1, opLocalGet, 2, opBulk, 10, 0, 0)
	add("trap", 0, 0, opUnreachable)
	add("setGlobals", 2, 0,
		opLocalGet, 0, opGlobalSet, 0,
		opLocalGet, 0, 0xad, opGlobalSet, 1, // i64.extend_i32_u
		opLocalGet, 0, 0xb7, opGlobalSet, 2) // f64.convert_i32_s
	add("getGlobal", 1, 0, opGlobalGet, 0)
	add("host", 3, 0, opLocalGet, 0, opCall, 0)
	add("table", 3, 0, opLocalGet, 0, opCallIndirect, 1, 0)
	add("touch", 4, 0,
		opBlock, empty, opLoop, empty,
		opLocalGet, 1, opEqz, opBrIf, 1,
		opLocalGet, 0, opI32Const, 1, opStore8, 0, 0,
		opLocalGet, 0, opI32Const, 0x80, 0x20, opAdd, opLocalSet, 0, // 4096
		opLocalGet, 1, opI32Const, 1, opSub, opLocalSet, 1,
		opBr, 0, opEnd, opEnd)
	add("divide", 5, 0, opLocalGet, 0, opLocalGet, 1, 0x6d)
	add("_initialize", 0, 0,
		opI32Const, 42, opGlobalSet, 0,
		opI32Const, 0x80, 4, opI32Const, 0xe3, 0, opStore8, 0, 0) // [0x200] = 99
	eleven := add("", 1, 0, opI32Const, 11)
	twentyTwo := add("", 1, 0, opI32Const, 22)
	m.Elems = []meter.Elem{{Offset: []byte{opI32Const, 0, opEnd}, Funcs: []uint32{eleven, twentyTwo}}}
	for _, c := range change {
		c(m)
	}
	return m.Encode()
}

// hostFunc is what the guest's import does.
type hostFunc func(in *Instance, v uint64) uint64

var guestImports = []Import{{
	Module: "env", Name: "host",
	Params: []api.ValueType{api.ValueTypeI32}, Results: []api.ValueType{api.ValueTypeI32},
	Func: func(in *Instance, stack []uint64) {
		if f, ok := in.State().(hostFunc); ok {
			stack[0] = f(in, stack[0])
		}
	},
}}

// backends runs test once for each way to keep memory.
func backends(t *testing.T, test func(t *testing.T, cfg Config)) {
	t.Run("portable", func(t *testing.T) { test(t, Config{Portable: true}) })
	t.Run("fast", func(t *testing.T) {
		h, err := New(Config{})
		if err != nil {
			t.Fatal(err)
		}
		portable := h.cfg.Portable
		if err := h.Close(); err != nil {
			t.Fatal(err)
		}
		if portable {
			t.Skip("this platform has no memfd, mmap or pagemap")
		}
		test(t, Config{})
	})
}

// newHost opens a Host whose faults fail the test, until the test ends.
func newHost(t testing.TB, cfg Config) *Host {
	t.Helper()
	if cfg.Report == nil {
		cfg.Report = func(err error) { t.Errorf("host reports: %v", err) }
	}
	h, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			return // it may hold instances still, for which Close waits
		}
		if err := h.Close(); err != nil {
			t.Errorf("close host: %v", err)
		}
	})
	return h
}

// newImage makes an image of module after its start-up code.
func newImage(t testing.TB, h *Host, module []byte) *Image {
	t.Helper()
	ctx := context.Background()
	m, err := h.Compile(ctx, module, guestImports)
	if err != nil {
		t.Fatal(err)
	}
	in, err := m.Start(ctx, StartConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Release()
	s, err := in.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	i, err := h.NewImage(ctx, s, guestImports, guestExports[:])
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// get takes an instance that the test releases, if it did not itself.
func get(t testing.TB, i *Image, cfg InstanceConfig) *Instance {
	t.Helper()
	in, err := i.Get(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// call calls an export that has to succeed.
func call(t testing.TB, in *Instance, export int, args ...uint64) uint64 {
	t.Helper()
	v, err := in.Call(context.Background(), export, args...)
	if err != nil {
		t.Fatalf("%s%v: %v", guestExports[export], args, err)
	}
	return v
}

func TestGuest(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		i := newImage(t, newHost(t, cfg), guestModule())
		tests := map[string]struct {
			export int
			args   []uint64
			want   uint64
		}{
			"add":                {fnAdd, []uint64{40, 2}, 42},
			"loop":               {fnLoop, []uint64{1e6}, 0},
			"recursion":          {fnRecurse, []uint64{1000}, 1000},
			"tree of calls":      {fnTree, []uint64{12}, 0},
			"data segment":       {fnPeek, []uint64{dataAt}, 'd'},
			"_initialize wrote":  {fnPeek, []uint64{initAt}, 99},
			"captured global":    {fnGetGlobal, nil, 42},
			"size":               {fnSize, nil, guestPages},
			"table":              {fnTable, []uint64{1}, 22},
			"growth without cap": {fnGrow, []uint64{1}, 0xffffffff},
			"divide":             {fnDivide, []uint64{42, 6}, 7},
		}
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				in := get(t, i, InstanceConfig{})
				defer in.Release()
				if got := call(t, in, tt.export, tt.args...); got != tt.want {
					t.Errorf("got %d, want %d", got, tt.want)
				}
			})
		}
	})
}

// eventually polls cond, which another goroutine makes true.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for range 2000 {
		if cond() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("never happened: " + what)
}
