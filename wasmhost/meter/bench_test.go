package meter

import (
	"context"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// programs are functions of one i32 to time.
var programs = map[string][]Func{
	// do n--; while (n)
	"count": {{Type: 0, Locals: nil, Body: []byte{
		opLoop, 0x40,
		opLocalGet, 0, opI32Const, 1, opI32Sub, 0x22, 0,
		opBrIf, 0, opEnd,
		opLocalGet, 0, opEnd,
	}}},
	// do { sum += mem[n & 0xfffc]; mem[n&0xfffc] = sum; n-- } while (n)
	"memory": {{Type: 0, Locals: []Locals{{2, I32}}, Body: []byte{
		opLoop, 0x40,
		opLocalGet, 0, opI32Const, 0xfc, 0xff, 3, 0x71, opLocalSet, 2,
		opLocalGet, 1, opLocalGet, 2, 0x28, 2, 0, opI32Add, opLocalSet, 1,
		opLocalGet, 2, opLocalGet, 1, 0x36, 2, 0,
		opLocalGet, 0, opI32Const, 1, opI32Sub, 0x22, 0,
		opBrIf, 0, opEnd,
		opLocalGet, 1, opEnd,
	}}},
	// fib(n)
	"fib": {{Type: 0, Body: []byte{
		opLocalGet, 0, opI32Const, 2, opI32LtU, opIf, 0x40, opLocalGet, 0, opReturn, opEnd,
		opLocalGet, 0, opI32Const, 1, opI32Sub, opCall, 0,
		opLocalGet, 0, opI32Const, 2, opI32Sub, opCall, 0,
		opI32Add, opEnd,
	}}},
}

// programModule is a module that exports a function "f" and its memory.
func programModule(funcs []Func) *Module {
	return &Module{
		Types:    []Type{{Params: []ValueType{I32}, Results: []ValueType{I32}}},
		Memories: []Limits{{Min: 1}},
		Funcs:    funcs,
		Exports:  []Export{{Name: "f", Kind: ExternFunc}},
	}
}

// BenchmarkMetering times programs without and with metering, and with wazero's
// own interruption, per loop or call.
func BenchmarkMetering(b *testing.B) {
	ctx := context.Background()
	for name, funcs := range programs {
		arg := uint64(10_000_000)
		if name == "fib" {
			arg = 30
		}
		plain := programModule(funcs).Encode()
		metered, err := Instrument(plain, Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, kind := range []string{"plain", "metered", "closeOnContextDone"} {
			b.Run(name+"/"+kind, func(b *testing.B) {
				r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler().WithCloseOnContextDone(kind == "closeOnContextDone"))
				defer r.Close(ctx)
				_, err := r.NewHostModuleBuilder("buntime").NewFunctionBuilder().
					WithGoFunction(api.GoFunc(func(_ context.Context, stack []uint64) { stack[0] += 100_000 }),
						[]api.ValueType{api.ValueTypeI64}, []api.ValueType{api.ValueTypeI64}).
					Export("fuel_hook").Instantiate(ctx)
				if err != nil {
					b.Fatal(err)
				}
				module := plain
				if kind == "metered" {
					module = metered.Module
				}
				m, err := r.Instantiate(ctx, module)
				if err != nil {
					b.Fatal(err)
				}
				f := m.ExportedFunction("f")
				for b.Loop() {
					if _, err := f.Call(ctx, arg); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
