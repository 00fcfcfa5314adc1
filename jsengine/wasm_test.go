package jsengine_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/buntime/buntime/jsengine"
)

// wasmModule is a module of one function, exported as "f", with a memory and a table.
func wasmModule(signature, body []byte) []byte {
	section := func(id byte, content ...byte) []byte { return append([]byte{id, byte(len(content))}, content...) }
	return bytes.Join([][]byte{
		[]byte("\x00asm\x01\x00\x00\x00"),
		section(1, append([]byte{1, 0x60}, signature...)...), section(3, 1, 0), section(4, 1, 0x70, 0, 2), section(5, 1, 1, 1, 2),
		section(7, 1, 1, 'f', 0, 0), section(9, 1, 0, 0x41, 0, 0x0b, 1, 0),
		section(10, append([]byte{1, byte(len(body))}, body...)...),
	}, nil)
}

// sumLoop is f(n): the sum of i*3^(i>>1) for i below n, as a compiler would write it.
var sumLoop = wasmModule([]byte{1, 0x7f, 1, 0x7f}, []byte{
	1, 2, 0x7f, 0x03, 0x40, // locals s, i; loop
	0x20, 1, 0x20, 2, 0x41, 3, 0x6c, 0x20, 2, 0x41, 1, 0x76, 0x73, 0x6a, 0x21, 1, // s += i*3 ^ i>>1
	0x20, 2, 0x41, 1, 0x6a, 0x22, 2, 0x20, 0, 0x49, 0x0d, 0, 0x0b, // while (++i < n)
	0x20, 1, 0x0b,
})

var fibonacci = wasmModule([]byte{1, 0x7f, 1, 0x7f}, []byte{
	0, 0x20, 0, 0x41, 2, 0x48, 0x04, 0x7f, 0x20, 0, 0x05, 0x20, 0, 0x41, 1, 0x6b, 0x10, 0, 0x20, 0, 0x41, 2, 0x6b, 0x10, 0, 0x6a, 0x0b, 0x0b,
})

// memoryLoop is f(n): adds up and changes n words of memory.
var memoryLoop = wasmModule([]byte{1, 0x7f, 1, 0x7f}, []byte{
	1, 2, 0x7f, 0x03, 0x40,
	0x20, 1, 0x20, 2, 0x41, 0xfc, 0xff, 3, 0x71, 0x22, 2, 0x28, 2, 0, 0x6a, 0x21, 1, // s += memory[i & 65532]
	0x20, 2, 0x20, 1, 0x36, 2, 0, // memory[i] = s
	0x20, 2, 0x41, 4, 0x6a, 0x21, 2, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, // i += 4; while (--n)
	0x20, 1, 0x0b,
})

// BenchmarkWasm runs loops of a program's WebAssembly; ns/op is one turn of the loop, or one call.
func BenchmarkWasm(b *testing.B) {
	for _, bench := range []struct {
		name   string
		module []byte
		arg, n int
	}{
		{"arithmetic", sumLoop, 10_000_000, 10_000_000}, // 7 instructions of WebAssembly with operands of their own
		{"memory", memoryLoop, 10_000_000, 10_000_000},  // a load and a store
		{"calls", fibonacci, 28, 1_028_457},             // about as many calls
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				r, err := jsengine.SharedEngine().Run(b.Context(), &jsengine.Program{
					Code:     fmt.Sprintf("new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([%s]))).exports.f(%d)", list(bench.module), bench.arg),
					Language: "js",
				})
				if err != nil || r.ExitCode != 0 {
					b.Fatal(r, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(bench.n), "ns/turn")
		})
	}
}

func list(data []byte) string {
	var s bytes.Buffer
	for _, c := range data {
		fmt.Fprintf(&s, "%d,", c)
	}
	return s.String()
}

// FuzzWasm gives programs modules of any bytes: what is valid is instantiated and its functions are called, and
// whatever that does, the sandbox ends as a program may.
func FuzzWasm(f *testing.F) {
	for _, m := range [][]byte{sumLoop, fibonacci, memoryLoop,
		wasmModule([]byte{1, 0x6f, 1, 0x6f}, []byte{0, 0x20, 0, 0x02, 0x40, 0x41, 1, 0x0e, 1, 0, 1, 0x0b, 0x0b}),
		wasmModule([]byte{2, 0x7e, 0x7c, 2, 0x7c, 0x7e}, []byte{0, 0x20, 1, 0x20, 0, 0x02, 0x00, 0x11, 0, 0, 0x0b, 0x0b}),
		wasmModule([]byte{0, 0}, []byte{0, 0x41, 0, 0x41, 1, 0x41, 9, 0xfc, 0x0b, 0, 0x41, 0, 0x41, 0, 0x41, 1, 0xfc, 0x0e, 0, 0, 0x0b}),
	} {
		f.Add(m)
	}
	f.Fuzz(func(t *testing.T, module []byte) {
		r, err := jsengine.SharedEngine().Run(t.Context(), &jsengine.Program{
			Code: `const bytes = new Uint8Array([` + list(module) + `]);
const valid = WebAssembly.validate(bytes);
let m;
try { m = new WebAssembly.Module(bytes); } catch (e) { if (!(e instanceof WebAssembly.CompileError)) throw e; }
if (valid !== (m !== undefined)) throw new Error("validate says otherwise: " + valid);
if (m) {
  const imports = {}, make = { function: () => () => 1, table: () => new WebAssembly.Table({ element: "anyfunc", initial: 4 }), memory: () => new WebAssembly.Memory({ initial: 2 }), global: () => 1 };
  for (const i of WebAssembly.Module.imports(m)) (imports[i.module] ??= {})[i.name] = make[i.kind]();
  try {
    for (const e of Object.values(new WebAssembly.Instance(m, imports).exports)) {
      for (const a of typeof e === "function" ? [[], [1n, 2n, 3n], [-1, e, 0.5, {}]] : []) try { e(...a); } catch (e) {}
    }
  } catch (e) {}
  WebAssembly.Module.exports(m);
}`,
			Language: "js", Limits: jsengine.Limits{Fuel: 1e7, Memory: 64 << 20, Timeout: 20 * time.Second},
		})
		if err != nil {
			t.Fatal(err)
		}
		if r.ExitCode != 0 && r.Limit == nil {
			t.Errorf("it ended with %d", r.ExitCode)
		}
	})
}
