package wasmhost

import (
	"reflect"
	"unsafe"

	"github.com/tetratelabs/wazero/api"
)

const (
	// firstStack is what wazero gives a function at first.
	firstStack = 10 << 10

	// keepStack is the native stack that a function may keep between calls.
	// wazero gives 10 KB, doubles it whenever it is full and never takes any back.
	keepStack = 128 << 10

	// maxStack ends a guest as wazero's own limit does, which lies a doubling
	// higher; it can only be checked where the guest is back in Go.
	maxStack = 48 << 20
)

// stackOf returns where fn keeps its native stack, or nil for an engine that has
// none (wazero's interpreter). wazero does not tell it: the field is found by
// name and type in its function objects.
func stackOf(fn api.Function) *[]byte {
	v := reflect.ValueOf(fn)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	f, ok := v.Elem().Type().FieldByName("stack")
	if !ok || f.Type != reflect.TypeFor[[]byte]() {
		return nil
	}
	return (*[]byte)(unsafe.Add(v.UnsafePointer(), f.Offset))
}
