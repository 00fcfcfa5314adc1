package session

import (
	"context"
	"net/netip"
	"sync"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
)

// lazyNet is a program's network, which most programs never use: until then it
// costs nothing.
type lazyNet struct {
	config  hostfuncs.FetcherConfig
	once    sync.Once
	fetcher *hostfuncs.Fetcher // set by once
}

var (
	_ jsengine.Net          = (*lazyNet)(nil)
	_ jsengine.WebSocketNet = (*lazyNet)(nil)
	_ jsengine.Resolver     = (*lazyNet)(nil)
)

func (n *lazyNet) open() *hostfuncs.Fetcher {
	n.once.Do(func() { n.fetcher = hostfuncs.NewFetcher(n.config) })
	return n.fetcher
}

func (n *lazyNet) Fetch(ctx context.Context, req *jsengine.FetchRequest) (*jsengine.FetchResponse, error) {
	return n.open().Fetch(ctx, req)
}

func (n *lazyNet) DialWebSocket(ctx context.Context, url string, protocols []string) (jsengine.WebSocket, error) {
	return n.open().DialWebSocket(ctx, url, protocols)
}

func (n *lazyNet) Lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	return n.open().Lookup(ctx, host)
}

// close ends what requests hold. Precondition: the program ended, so that there
// is no Fetch any more.
func (n *lazyNet) close() {
	if n.fetcher != nil {
		n.fetcher.Close()
	}
}
