package wasmhost

import (
	"errors"
	"fmt"
)

var (
	// ErrClosed reports a Host that is closed or closing.
	ErrClosed = errors.New("wasmhost: host is closed")

	// ErrFuel reports a guest that spent its fuel. Its instance is dead.
	ErrFuel = errors.New("wasmhost: out of fuel")

	// ErrBudget reports that all guests together hold as much memory as the
	// host allows; later, when others have ended, the same call may succeed.
	ErrBudget = errors.New("wasmhost: memory budget of the host is spent")

	// ErrDead reports a call into an instance whose earlier call ended with an
	// error, or that was released.
	ErrDead = errors.New("wasmhost: instance is dead")
)

// TrapError reports that the guest itself did what WebAssembly forbids. Its
// instance is dead.
type TrapError struct {
	// Reason is the engine's short name of the trap ("unreachable", "out of
	// bounds memory access", "stack overflow", …): no addresses, no paths.
	Reason string
}

func (e *TrapError) Error() string { return "wasmhost: guest trapped: " + e.Reason }

// InternalError reports a fault of ours that a guest's call ran into, such as a
// panic in an Import. Error says nothing of it, so that no Go text reaches a
// guest or a client by accident; Detail is for the host's own log.
type InternalError struct {
	Detail string // panic value and Go stack: never for guests or clients
}

func (e *InternalError) Error() string { return "wasmhost: internal error" }

// MappingLimitError reports that the process holds as many memory mappings as
// the system allows it, so that no further instance can exist.
type MappingLimitError struct {
	Limit int // vm.max_map_count as it stands; 0 if unknown
}

func (e *MappingLimitError) Error() string {
	return fmt.Sprintf("wasmhost: too many memory mappings for one process (vm.max_map_count is %d): raise it with `sysctl -w vm.max_map_count=N`", e.Limit)
}
