package jsengine

import (
	"context"
	"fmt"
	"math"
	"math/big"

	"github.com/buntime/buntime/jsengine/wire"
)

// Op is one operation that the runtime library may ask of the host. Exactly one
// of Sync and Async is set.
//
// The returned value crosses as a wire value: nil is null, wire.Undefined{} is
// undefined. An error becomes a JavaScript error: *JSError, *Errno, *DeniedError
// and *SyntaxError as they say, anything else as "internal error", logged.
type Op struct {
	// Name is "area.verb"; it is how the runtime library finds the opcode.
	Name string
	// Sync runs inside the guest's call, on the goroutine that runs the guest:
	// keep it short, and use c.Process.Block around what waits.
	Sync func(c *Call) (any, error)
	// Async runs on a goroutine of its own. The context ends with the process.
	Async func(ctx context.Context, c *Call) (any, error)
}

// allOps are the operations of every area; the place in it is the opcode, but
// for programs an image carries its own list of names.
func allOps() []Op {
	var ops []Op
	for _, area := range [][]Op{
		coreOps(),
		moduleOps(),
		fsOps(),
		fetchOps(),
		urlOps(),
		cryptoOps(),
		kdfOps(),
		cipherOps(),
		keyOps(),
		signOps(),
		primeOps(),
		webcryptoOps(),
		textOps(),
		inboundOps(),
		loopbackOps(),
		datagramOps(),
		zlibOps(),
		dnsOps(),
		sleepOps(),
		stdinOps(),
		sqliteOps(),
		intlOps(),
		websocketOps(),
		bunOps(),
		portOps(),
		workerOps(),
		sharedOps(),
		procOps(),
	} {
		ops = append(ops, area...)
	}
	return ops
}

// OpNames lists the operations in the order of their opcodes.
func OpNames() []string {
	var names []string
	for _, op := range allOps() {
		names = append(names, op.Name)
	}
	return names
}

// Call is one call of an operation. Args hold what the wire package decodes:
// they come from the guest and may be anything. They own their memory.
type Call struct {
	Process *Process
	Args    []any
}

func (c *Call) arg(i int) any {
	if i < len(c.Args) {
		return c.Args[i]
	}
	return wire.Undefined{}
}

// ArgError is the TypeError for an argument of the wrong type.
func ArgError(name, want string) error {
	return &JSError{Name: "TypeError", Code: "ERR_INVALID_ARG_TYPE", Message: fmt.Sprintf("The %q argument must be %s", name, want)}
}

// Has reports whether argument i is there and neither undefined nor null.
func (c *Call) Has(i int) bool {
	switch c.arg(i).(type) {
	case nil, wire.Undefined:
		return false
	}
	return true
}

// String returns argument i, which must be a string. Lone surrogates are U+FFFD.
func (c *Call) String(i int, name string) (string, error) {
	if s, ok := c.arg(i).(string); ok {
		return s, nil
	}
	return "", ArgError(name, "of type string")
}

// Bytes returns argument i, which must be a buffer or view.
func (c *Call) Bytes(i int, name string) ([]byte, error) {
	if b, ok := c.arg(i).([]byte); ok {
		return b, nil
	}
	return nil, ArgError(name, "an ArrayBuffer or a view of one")
}

// Data returns argument i, bytes or a string as UTF-8.
func (c *Call) Data(i int, name string) ([]byte, error) {
	switch v := c.arg(i).(type) {
	case []byte:
		return v, nil
	case string:
		return []byte(v), nil
	}
	return nil, ArgError(name, "of type string or a view of an ArrayBuffer")
}

// Float returns argument i, which must be a number.
func (c *Call) Float(i int, name string) (float64, error) {
	switch v := c.arg(i).(type) {
	case int32:
		return float64(v), nil
	case float64:
		return v, nil
	}
	return 0, ArgError(name, "of type number")
}

// Int returns argument i, which must be an integer that a float64 holds exactly,
// or a bigint of 64 bits.
func (c *Call) Int(i int, name string) (int64, error) {
	switch v := c.arg(i).(type) {
	case int32:
		return int64(v), nil
	case float64:
		if v == math.Trunc(v) && math.Abs(v) <= 1<<53 {
			return int64(v), nil
		}
	case *big.Int:
		if v.IsInt64() {
			return v.Int64(), nil
		}
	}
	return 0, ArgError(name, "an integer")
}

// Bool returns argument i, which must be a boolean; undefined and null are false.
func (c *Call) Bool(i int, name string) (bool, error) {
	if !c.Has(i) {
		return false, nil
	}
	if b, ok := c.arg(i).(bool); ok {
		return b, nil
	}
	return false, ArgError(name, "of type boolean")
}

// Object returns argument i, which must be an object; undefined and null are an empty one.
func (c *Call) Object(i int, name string) (wire.Object, error) {
	if !c.Has(i) {
		return nil, nil
	}
	if o, ok := c.arg(i).(wire.Object); ok {
		return o, nil
	}
	return nil, ArgError(name, "of type object")
}

// Array returns argument i, which must be an array.
func (c *Call) Array(i int, name string) ([]any, error) {
	if a, ok := c.arg(i).([]any); ok {
		return a, nil
	}
	return nil, ArgError(name, "an array")
}
