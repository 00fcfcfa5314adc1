package jsengine

import (
	"context"
	"testing"

	"github.com/buntime/buntime/jsengine/wire"
)

// blockedNet answers nothing until it is cancelled.
type blockedNet struct{}

func (blockedNet) Fetch(ctx context.Context, _ *FetchRequest) (*FetchResponse, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// I3, I12: the arguments of operations in the background are host memory. A guest
// that owns its engine need not hold them itself, and still cannot make the host
// hold more than its own memory's worth.
func TestI12BackgroundArgumentsAreBounded(t *testing.T) {
	p := newProcess(t)
	p.program.Net = blockedNet{}
	op := int32(-1)
	for i, o := range testEngine.ops {
		if o.Name == "fetch.start" {
			op = int32(i+opFirst) | opAsync
		}
	}
	const size, at = 1 << 20, 1 << 16
	began := 0
	for id := range int32(100) {
		var args []byte
		for _, v := range []any{id, "POST", "http://x/", []any{}, make([]byte, size), "follow"} {
			var err error
			if args, err = wire.Append(args, v); err != nil {
				t.Fatal(err)
			}
		}
		view, ok := p.in.View(at, uint32(len(args)))
		if !ok {
			t.Fatal("the image is too small for the arguments")
		}
		shared := append([]byte(nil), view...)
		copy(view, args)
		r := p.hostCall(op, at, uint32(len(args)), 0, 0)
		copy(view, shared)
		if r == 0 {
			began++
			continue
		}
		v, err := wire.Decode(p.kept)
		if e, ok := v.(*wire.Error); err != nil || !ok || e.Code != "ERR_TOO_MANY_OPERATIONS" {
			t.Fatalf("operation %d: %v, %v", id, v, err)
		}
		break
	}
	if want := int(p.program.Limits.Memory / size); began > want || began == 0 {
		t.Errorf("%d operations with %d bytes each began, want at most %d", began, size, want)
	}
}
