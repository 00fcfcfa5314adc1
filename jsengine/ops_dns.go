package jsengine

import (
	"context"
	"net/netip"
)

// Resolver is what a Net may be besides: it looks names up, those a guest may reach.
type Resolver interface {
	Lookup(ctx context.Context, host string) ([]netip.Addr, error)
}

// dnsOps are the operations behind node:dns.
func dnsOps() []Op {
	return []Op{
		// dns.lookup (host) → addresses.
		{Name: "dns.lookup", Async: func(ctx context.Context, c *Call) (any, error) {
			host, err := c.String(0, "hostname")
			if err != nil {
				return nil, err
			}
			net, err := c.Process.Net(host)
			if err != nil {
				return nil, err
			}
			r, ok := net.(Resolver)
			if !ok {
				return nil, &DeniedError{Capability: "net", Target: host, Grant: "this program's network looks no names up"}
			}
			c.Process.state.owed.Add(fetchBase)
			addrs, err := r.Lookup(ctx, host)
			if err != nil {
				return nil, err
			}
			out := make([]any, 0, len(addrs))
			for _, a := range addrs {
				out = append(out, a.String())
			}
			return out, nil
		}},
	}
}
