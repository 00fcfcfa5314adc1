package session

import (
	"context"
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
)

func (n *lazyNet) Fetch(ctx context.Context, req *jsengine.FetchRequest) (*jsengine.FetchResponse, error) {
	n.once.Do(func() { n.fetcher = hostfuncs.NewFetcher(n.config) })
	return n.fetcher.Fetch(ctx, req)
}

func (n *lazyNet) DialWebSocket(ctx context.Context, url string, protocols []string) (jsengine.WebSocket, error) {
	n.once.Do(func() { n.fetcher = hostfuncs.NewFetcher(n.config) })
	return n.fetcher.DialWebSocket(ctx, url, protocols)
}

// close ends what requests hold. Precondition: the program ended, so that there
// is no Fetch any more.
func (n *lazyNet) close() {
	if n.fetcher != nil {
		n.fetcher.Close()
	}
}
