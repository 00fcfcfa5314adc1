package jsengine

import (
	"context"
	"encoding/binary"
	"errors"
	"math"

	"github.com/buntime/buntime/wasmhost"
)

// exportCall is the engine's only export that the host calls.
const exportCall = "bt_call"

// Operations of bt_call, as in shim.c.
const (
	callInit = 1 + iota
	callBundle
	callFreeze
	callLoad
	callRun
	callTurn
	callAlloc
	callEcho
	callCompile
	callGC
	callCode
)

// Offsets into the shim's shared struct, as in shim.c.
const (
	offIn      = 40
	ioSize     = 16 << 10
	sharedSize = 40
)

// guestState is what a program wants after a call.
type guestState int32

const (
	guestWaiting guestState = iota
	guestMore
	guestDone
)

// Flags of the shared struct.
const (
	flagUncaught = 1 << iota
	flagOOM
	flagExit
	flagValue
	flagUnsettled
	flagSyntax
)

// status is the shared struct. It is what the guest's memory says: no more to
// be trusted than the program itself.
type status struct {
	state     guestState
	exitCode  int
	flags     uint32
	refs      int
	nextTimer float64 // milliseconds of the guest's monotonic clock; negative: none
	valuePtr  uint32
	valueLen  uint32
	codePtr   uint32
	codeLen   uint32
}

var errCorrupt = errors.New("jsengine: guest memory is corrupt")

// guest is the engine in an instance.
type guest struct {
	in     *wasmhost.Instance
	shared uint32
}

func (g *guest) status() (status, error) {
	b, ok := g.in.View(g.shared, sharedSize)
	if !ok {
		return status{}, errCorrupt
	}
	return statusOf(b), nil
}

// statusOf reads the shared struct's bytes.
func statusOf(b []byte) status {
	le := binary.LittleEndian
	return status{
		state:     guestState(le.Uint32(b)),
		exitCode:  int(le.Uint32(b[4:]) & 0xff),
		flags:     le.Uint32(b[8:]),
		refs:      int(int32(le.Uint32(b[12:]))),
		nextTimer: math.Float64frombits(le.Uint64(b[16:])),
		valuePtr:  le.Uint32(b[24:]),
		valueLen:  le.Uint32(b[28:]),
		codePtr:   le.Uint32(b[32:]),
		codeLen:   le.Uint32(b[36:]),
	}
}

// call passes data to an operation of bt_call.
func (g *guest) call(ctx context.Context, op uint64, data []byte) (uint64, error) {
	ptr := g.shared + offIn
	if len(data) > ioSize {
		if len(data) > math.MaxInt32 {
			return 0, errCorrupt
		}
		p, err := g.in.Call(ctx, 0, callAlloc, uint64(len(data)), 0)
		if err != nil {
			return 0, err
		}
		if ptr = uint32(p); ptr == 0 {
			return 0, errGuestMemory
		}
	}
	if len(data) > 0 {
		view, ok := g.in.View(ptr, uint32(len(data)))
		if !ok {
			return 0, errCorrupt
		}
		copy(view, data)
	}
	return g.in.Call(ctx, 0, op, uint64(ptr), uint64(uint32(len(data))))
}

// errGuestMemory reports that the guest has no room for what the host passes.
var errGuestMemory = errors.New("jsengine: guest out of memory")

// value copies the value fields' text.
func (g *guest) value() ([]byte, error) {
	s, err := g.status()
	if err != nil {
		return nil, err
	}
	b, ok := g.in.View(s.valuePtr, s.valueLen)
	if !ok {
		return nil, errCorrupt
	}
	return append([]byte(nil), b...), nil
}
