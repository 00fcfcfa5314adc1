package hostfuncs

import (
	"context"
	"net"
	"net/netip"
	"strings"

	"github.com/buntime/buntime/jsengine"
)

// Lookup returns the addresses of a host that the policy lets a guest reach with
// HTTPS or HTTP, those it may dial. It counts as a request.
//
// Errors: *DeniedError for what policy or budgets refuse, *Errno-like *JSError
// with code ENOTFOUND for a name without addresses, ctx's own.
func (f *Fetcher) Lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if !f.enter() {
		return nil, context.Canceled
	}
	defer f.active.Done()
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	notFound := &jsengine.JSError{Message: "getaddrinfo ENOTFOUND " + host, Code: "ENOTFOUND"}
	if !plainHost(host) || endsInNumber(host) {
		return nil, notFound
	}
	port := uint16(443)
	t, refused := f.cfg.Policy.admit(host, port)
	if refused != "" {
		port = 80
		if t, refused = f.cfg.Policy.admit(host, port); refused != "" {
			return nil, denied(host, refused)
		}
	}
	if err := f.begin(&target{host: host, port: port}, 0); err != nil {
		return nil, err
	}
	own, err := f.cfg.OwnAddrs()
	if err != nil {
		t.public = false
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	defer context.AfterFunc(f.ctx, cancel)()
	addrs, err := f.cfg.Resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, notFound
	}
	var out []netip.Addr
	refused = ""
	for _, a := range addrs[:min(len(addrs), 16)] {
		a = a.Unmap()
		if r := t.dial(netip.AddrPortFrom(a, port), own, f.cfg.Deny); r != "" {
			refused = r
			continue
		}
		out = append(out, a)
	}
	if len(out) == 0 && refused != "" {
		return nil, denied(net.JoinHostPort(host, "443"), refused)
	}
	if len(out) == 0 {
		return nil, notFound
	}
	return out, nil
}
