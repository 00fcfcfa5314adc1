package meter_test

import (
	"context"
	"fmt"
	"log"

	"github.com/tetratelabs/wazero"

	"github.com/buntime/buntime/wasmhost/meter"
)

func ExampleInstrument() {
	// (func (export "count") (param i32)
	//   (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
	module := (&meter.Module{
		Types:   []meter.Type{{Params: []meter.ValueType{meter.I32}}},
		Funcs:   []meter.Func{{Body: []byte{0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x0b}}},
		Exports: []meter.Export{{Name: "count", Kind: meter.ExternFunc}},
	}).Encode()

	metered, err := meter.Instrument(module, meter.Options{})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	defer r.Close(ctx)
	granted := int64(0)
	_, err = r.NewHostModuleBuilder("buntime").NewFunctionBuilder().
		WithFunc(func(fuel int64) int64 {
			granted += 1000
			return fuel + 1000
		}).Export("fuel_hook").Instantiate(ctx)
	if err != nil {
		log.Fatal(err)
	}
	guest, err := r.Instantiate(ctx, metered.Module)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := guest.ExportedFunction("count").Call(ctx, 5000); err != nil {
		log.Fatal(err)
	}
	left := int64(guest.ExportedGlobal("buntime.fuel").Get())
	fmt.Println("granted", granted, "spent", granted-left)
	// Output: granted 5000 spent 5000
}

func ExampleStrip() {
	module := (&meter.Module{
		Memories: []meter.Limits{{Min: 1}},
		Globals: []meter.GlobalDef{{
			GlobalType: meter.GlobalType{Type: meter.I32, Mutable: true},
			Init:       []byte{0x41, 0, 0x0b},
		}},
		Datas: []meter.Data{{Offset: []byte{0x41, 0, 0x0b}, Init: []byte("hello")}},
	}).Encode()
	metered, err := meter.Instrument(module, meter.Options{})
	if err != nil {
		log.Fatal(err)
	}
	stripped, err := meter.Strip(metered.Module, meter.StripOptions{
		MinPages: 2, MaxPages: 17, Globals: map[string]uint64{"buntime.g0": 65536},
	})
	if err != nil {
		log.Fatal(err)
	}
	m, err := meter.Decode(stripped)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("data segments:", len(m.Datas), "memory:", m.Memories[0].Min, "to", m.Memories[0].Max)
	// Output: data segments: 0 memory: 2 to 17
}
