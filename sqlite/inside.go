package sqlite

import (
	"fmt"
	"reflect"

	"github.com/ncruces/go-sqlite3"
)

// inside is what the library keeps to itself of a connection, and gives no other
// way to. Another version of it, where that has moved, makes every Open fail.
type inside struct {
	handle   int32
	progress reflect.Value // sets after how many instructions the context is looked at
	memory   *[]byte       // SQLite's own, mapped; nil once it is given back
	unmap    reflect.Value
}

// look finds what is inside a new connection.
func look(c *sqlite3.Conn) (in inside, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("sqlite: look into a connection: %v", r)
		}
	}()
	conn := reflect.ValueOf(c).Elem()
	wrapper := conn.FieldByName("wrp")
	wrapper = reflect.NewAt(wrapper.Type(), wrapper.Addr().UnsafePointer()).Elem()
	memory := wrapper.Elem().FieldByName("Memory")
	return inside{
		handle:   int32(conn.FieldByName("handle").Uint()),
		progress: wrapper.MethodByName("Xsqlite3_progress_handler_go"),
		memory:   memory.Elem().FieldByName("Buf").Addr().Interface().(*[]byte),
		unmap:    memory.MethodByName("Close"),
	}, nil
}

// lookOften has the connection look at its context every stepEvery instructions.
// The library does so every thousand.
func (in inside) lookOften() {
	in.progress.Call([]reflect.Value{reflect.ValueOf(in.handle), reflect.ValueOf(int32(stepEvery))})
}

// free gives the connection's memory back, if closing it did not: the library keeps
// that of one which SQLite does not close, as one that a fault left in the middle of
// a statement.
func (in inside) free() error {
	if in.memory != nil && *in.memory != nil {
		in.unmap.Call(nil)
	}
	return nil
}
