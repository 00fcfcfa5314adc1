package wasmhost_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/buntime/buntime/wasmhost"
)

// counter is this module, assembled:
//
//	(module
//	  (global $n (mut i32) (i32.const 0))
//	  (func (export "next") (result i32)
//	    (global.set $n (i32.add (global.get $n) (i32.const 1)))
//	    (global.get $n))
//	  (func (export "spin") (loop (br 0))))
var counter = []byte("\x00asm\x01\x00\x00\x00" +
	"\x01\x08\x02\x60\x00\x01\x7f\x60\x00\x00" + // types
	"\x03\x03\x02\x00\x01" + // functions
	"\x06\x06\x01\x7f\x01\x41\x00\x0b" + // global
	"\x07\x0f\x02\x04next\x00\x00\x04spin\x00\x01" + // exports
	"\x0a\x15\x02" + "\x0b\x00\x23\x00\x41\x01\x6a\x24\x00\x23\x00\x0b" + "\x07\x00\x03\x40\x0c\x00\x0b\x0b") // bodies

func Example() {
	ctx := context.Background()
	host, err := wasmhost.New(wasmhost.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer host.Close()

	// Once: run the module's start-up code, and keep what it made of its memory.
	module, err := host.Compile(ctx, counter, nil)
	if err != nil {
		log.Fatal(err)
	}
	start, err := module.Start(ctx, wasmhost.StartConfig{}, "next")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := start.Call(ctx, 0); err != nil {
		log.Fatal(err)
	}
	snapshot, err := start.Snapshot()
	start.Release()
	if err != nil {
		log.Fatal(err)
	}
	image, err := host.NewImage(ctx, snapshot, nil, []string{"next", "spin"})
	if err != nil {
		log.Fatal(err)
	}

	// Then, as often as needed: a fresh instance, which starts from there.
	for range 2 {
		in, err := image.Get(ctx, wasmhost.InstanceConfig{Fuel: 1_000_000})
		if err != nil {
			log.Fatal(err)
		}
		n, err := in.Call(ctx, 0)
		fmt.Println(n, err)
		_, err = in.Call(ctx, 1)
		fmt.Println(errors.Is(err, wasmhost.ErrFuel))
		in.Release()
	}
	// Output:
	// 2 <nil>
	// true
	// 2 <nil>
	// true
}
