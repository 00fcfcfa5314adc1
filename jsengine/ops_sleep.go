package jsengine

import (
	"math"
	"time"

	"github.com/buntime/buntime/jsengine/wire"
)

// sleepOps is what stops a program for a while. It holds no turn meanwhile.
func sleepOps() []Op {
	return []Op{
		// process.sleep (milliseconds).
		{Name: "process.sleep", Sync: func(c *Call) (any, error) {
			ms, err := c.Float(0, "milliseconds")
			if err != nil {
				return nil, err
			}
			if !(ms > 0) {
				return wire.Undefined{}, nil
			}
			c.Process.Block(func() {
				t := time.NewTimer(time.Duration(min(ms*1e6, math.MaxInt64/2)))
				defer t.Stop()
				select {
				case <-t.C:
				case <-c.Process.ctx.Done():
				}
			})
			return wire.Undefined{}, nil
		}},
	}
}
