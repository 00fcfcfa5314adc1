package jsengine

import (
	"context"

	"github.com/buntime/buntime/wasmhost"
)

// Process is one running program. One goroutine owns it; Async operations may
// only use what says it is safe for them.
type Process struct {
	program *Program
	ctx     context.Context
	in      *wasmhost.Instance
	state   opsState // what fs, fetch and crypto hold for the guest; closed at the end
}

// Program is what runs. It must not be changed.
func (p *Process) Program() *Program { return p.program }

// Files is the workspace, or a DeniedError.
func (p *Process) Files() (Files, error) {
	if p.program.Files == nil {
		return nil, &DeniedError{Capability: "files", Grant: "give the program a workspace"}
	}
	return p.program.Files, nil
}

// Net is the network, or a DeniedError that names target.
func (p *Process) Net(target string) (Net, error) {
	if p.program.Net == nil {
		return nil, &DeniedError{Capability: "net", Target: target, Grant: "allow this host and port"}
	}
	return p.program.Net, nil
}

// Block runs f, which waits for something outside the guest, without holding a
// turn. Only for Sync operations.
func (p *Process) Block(f func()) { p.in.Block(f) }

// Charge puts units of host work on the guest's bill; it takes effect at once.
// About one unit for 64 bytes moved is the engine's own rate. Only for Sync
// operations and the return of Async ones (Call.Charge there).
func (p *Process) Charge(units int64) { p.in.Charge(units) }
