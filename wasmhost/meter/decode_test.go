package meter

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
)

// compile reports what wazero has against a module. It panics on some hostile
// ones that Decode refuses.
func compile(r wazero.Runtime, module []byte) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("panic: %v", e)
		}
	}()
	c, err := r.CompileModule(context.Background(), module)
	if err != nil {
		return err
	}
	return c.Close(context.Background())
}

// invalidConstants are modules that wazero accepts though the spec's own tests
// say that they are invalid: their constant expressions read mutable globals.
var invalidConstants = map[string]bool{
	"extended-const/testdata/global.19.wasm":          true,
	"typed-function-references/testdata/elem.86.wasm": true,
	"typed-function-references/testdata/elem.89.wasm": true,
	"v2/testdata/data.57.wasm":                        true,
	"v2/testdata/data.60.wasm":                        true,
	"v2/testdata/elem.47.wasm":                        true,
	"v2/testdata/elem.50.wasm":                        true,
	"v2/testdata/global.22.wasm":                      true,
}

// TestCorpus takes every module in wazero's tree, invalid ones among them.
func TestCorpus(t *testing.T) {
	r := newRuntime(t, false)
	for _, path := range corpus(t) {
		module, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		plain := compile(r, module)
		m, err := Decode(module)
		if err != nil {
			if _, name, _ := strings.Cut(path, "/spectest/"); plain == nil && !invalidConstants[name] {
				t.Errorf("%s: %v", path, err)
			}
			continue
		}
		encoded := m.Encode()
		if !bytes.Equal(encoded, module) {
			again, err := Decode(encoded)
			if err != nil {
				t.Errorf("%s: decode what was encoded: %v", path, err)
				continue
			}
			if !bytes.Equal(again.Encode(), encoded) {
				t.Errorf("%s: encoding is no fixpoint", path)
			}
			if err := compile(r, encoded); (err == nil) != (plain == nil) {
				t.Errorf("%s: wazero says %v of it, %v of it encoded", path, plain, err)
			}
		}
		result, err := Instrument(module, Options{MaxTable: math.MaxUint32})
		if err != nil {
			if plain == nil && !strings.Contains(err.Error(), errGlobal.Error()) && !strings.Contains(err.Error(), errWait.Error()) {
				t.Errorf("%s: %v", path, err)
			}
			continue
		}
		if err := compile(r, result.Module); (err == nil) != (plain == nil) {
			t.Errorf("%s: wazero says %v of it, %v of it instrumented", path, plain, err)
		}
		if _, err := Decode(result.Module); err != nil {
			t.Errorf("%s: decode instrumented: %v", path, err)
		}
	}
}

// raw is a module of one section.
func raw(id byte, content ...byte) []byte {
	w := writer{b: []byte(header)}
	w.raw(id)
	w.sized(func(w *writer) { w.raw(content...) })
	return w.b
}

// body is a module with a function () -> () of the given body, and a memory, a
// table and a mutable global of their own.
func body(code ...byte) []byte {
	return (&Module{
		Types:    []Type{{}},
		Funcs:    []Func{{Body: code}},
		Memories: []Limits{{Min: 1}},
		Tables:   []Table{{Type: FuncRef, Limits: Limits{Min: 4}}},
		Globals:  []GlobalDef{{GlobalType: GlobalType{Type: I32, Mutable: true}, Init: []byte{opI32Const, 0, opEnd}}},
	}).Encode()
}

func TestDecodeRefuses(t *testing.T) {
	huge := []byte{0xff, 0xff, 0xff, 0xff, 0x0f}
	deep := bytes.Repeat([]byte{opBlock, 0x40}, maxNesting+1)
	deep = append(append(deep, bytes.Repeat([]byte{opEnd}, maxNesting+1)...), opEnd)
	locals := (&Module{Types: []Type{{}}, Funcs: []Func{{Locals: []Locals{{math.MaxUint32, I64}}, Body: []byte{opEnd}}}}).Encode()
	tests := map[string]struct {
		module []byte
		want   string
	}{
		"nothing":                      {nil, "not a WebAssembly"},
		"a component":                  {[]byte("\x00asm\x0d\x00\x01\x00"), "not a WebAssembly"},
		"unknown section":              {raw(14), "unknown section"},
		"sections twice":               {append(raw(sectionType, 0), sectionType, 1, 0), "out of order"},
		"section beyond the end":       {append([]byte(header), sectionType, 9, 0), "unexpected end"},
		"section too long":             {raw(sectionType, 0, 0), "longer than its content"},
		"huge count of types":          {raw(sectionType, huge...), "unexpected end"},
		"huge count of imports":        {raw(sectionImport, huge...), "unexpected end"},
		"huge count of exports":        {raw(sectionExport, huge...), "unexpected end"},
		"huge count of elements":       {raw(sectionElem, append([]byte{1, 1, 0}, huge...)...), "unexpected end"},
		"huge name":                    {raw(sectionCustom, huge...), "unexpected end"},
		"number of six bytes":          {raw(sectionDataCount, 0x80, 0x80, 0x80, 0x80, 0x80, 0), "malformed number"},
		"number of 33 bits":            {raw(sectionDataCount, 0x80, 0x80, 0x80, 0x80, 0x10), "malformed number"},
		"millions of locals":           {locals, "locals"},
		"functions without bodies":     {append(raw(sectionType, 1, 0x60, 0, 0), sectionFunction, 2, 1, 0), "0 bodies for 1"},
		"data count without data":      {raw(sectionDataCount, 1), "are counted"},
		"unknown instruction":          {body(0x06, 0x40, opEnd, opEnd), "unknown instruction"},
		"unknown prefix":               {body(0xfb, 0, opEnd), "unknown instruction"},
		"vector opcode with two forms": {body(prefixVector, 0x8c, 0x00, opEnd), "unknown instruction"},
		"relaxed vectors":              {body(prefixVector, 0x80, 0x02, opEnd), "unknown instruction"},
		"select of a typed reference":  {body(0x1c, 1, refNull, 0x70, opEnd), "typed reference"},
		"body without end":             {body(0x01), "unexpected end"},
		"code after the end":           {body(opEnd, 0x01, opEnd), "after the end"},
		"else without if":              {body(opBlock, 0x40, opElse, opEnd, opEnd), "else without if"},
		"else twice":                   {body(opI32Const, 0, opIf, 0x40, opElse, opElse, opEnd, opEnd), "else without if"},
		"deep nesting":                 {body(deep...), "too deeply"},
		"call of what will be a hook":  {body(opCall, 1, opEnd), "unknown function"},
		"reference to it":              {body(opRefFunc, 1, 0x1a, opEnd), "unknown function"},
		"what will be the fuel":        {body(opI64Const, 0, opGlobalSet, 1, opEnd), "unknown global"},
		"type that will be the hook's": {body(opBlock, 1, opEnd, opEnd), "unknown type"},
		"data segment that is not":     {body(prefixMisc, 9, 0, opEnd), "unknown data segment"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Decode(tt.module); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Decode = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestOpcodesAreWazeros(t *testing.T) {
	r := newRuntime(t, false)
	// Of every opcode wazero must know what Decode knows, and nothing else: an
	// instruction alone fails in wazero either as unknown or for its operands.
	unknown := func(err error) bool {
		s := err.Error()
		return strings.Contains(s, "invalid numeric instruction") || strings.Contains(s, "invalid instruction") ||
			strings.Contains(s, "invalid misc opcode") || strings.Contains(s, "unknown misc opcode") ||
			strings.Contains(s, "invalid atomic opcode") || strings.Contains(s, "unknown SIMD instruction") ||
			strings.Contains(s, "legacy exception handling") || strings.Contains(s, "invalid vector")
	}
	for prefix, table := range map[int]*opcodes{0: &plainOps, prefixMisc: &miscOps, prefixVector: &vectorOps, prefixAtomic: &atomicOps} {
		for op, imm := range table {
			code := []byte{byte(op)}
			if prefix != 0 {
				code = []byte{byte(prefix), byte(op)}
				if op >= 0x80 {
					code = []byte{byte(prefix), byte(op), 1}
				}
			} else if op == prefixMisc || op == prefixVector || op == prefixAtomic {
				continue
			}
			code = append(code, make([]byte, 18)...)
			err := compile(r, body(append(code, opEnd)...))
			if err == nil {
				continue
			}
			if known := imm != immUnknown; known == unknown(err) {
				t.Errorf("opcode %#x %#x: known here: %v, wazero: %v", prefix, op, known, err)
			}
		}
	}
}
