package jsengine

import "github.com/buntime/buntime/jsengine/wire"

// sleepOps is what stops a program for a while. It holds no turn meanwhile.
func sleepOps() []Op {
	return []Op{
		// process.sleep (milliseconds).
		{Name: "process.sleep", Sync: func(c *Call) (any, error) {
			ms, err := c.Float(0, "milliseconds")
			if err != nil {
				return nil, err
			}
			c.Process.pause(nil, ms)
			return wire.Undefined{}, nil
		}},
	}
}
