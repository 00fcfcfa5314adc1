package hostfuncs

import (
	"context"
	"crypto/x509"
	"errors"
	"net/netip"
	"time"

	"github.com/buntime/buntime/jsengine"
)

// Budgets bound what one execution may do with the network. A zero field means
// its default.
type Budgets struct {
	Requests   int           // each redirect counts; default 1,000
	Concurrent int           // requests whose body is not read to its end; more wait; default 16
	Hosts      int           // distinct host names and addresses; default 64
	Received   int64         // bytes of bodies, decompressed; default 256 MiB
	Sent       int64         // bytes of bodies; default 64 MiB
	Timeout    time.Duration // of one fetch, body included; default 60 s
	Redirects  int           // of one fetch; default 20
}

// Resolver looks names up. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// FetcherConfig describes a Fetcher.
type FetcherConfig struct {
	Policy   *Policy // nil: nothing is reachable
	Budgets  Budgets
	Resolver Resolver       // default net.DefaultResolver
	Deny     []netip.Prefix // never dialled unless the policy opens it: a cluster's own ranges
	RootCAs  *x509.CertPool // default the system's
	// OwnAddrs are this host's addresses; default net.InterfaceAddrs.
	OwnAddrs func() ([]netip.Addr, error)
	// Charge is told of host memory held for bodies, as in Config. May be nil.
	Charge func(delta int64) error
}

// Fetcher is the network of one execution. It implements jsengine.Net.
type Fetcher struct{}

var _ jsengine.Net = (*Fetcher)(nil)

// NewFetcher returns a Fetcher. The caller must Close it; it costs nothing until
// its first use.
func NewFetcher(cfg FetcherConfig) *Fetcher { return &Fetcher{} }

// Close ends everything under way and closes all connections.
func (f *Fetcher) Close() error { return nil }

// Usage returns the requests made and the bytes of bodies received and sent.
func (f *Fetcher) Usage() (requests int, received, sent int64) { return 0, 0, 0 }

// Fetch implements jsengine.Net.
func (f *Fetcher) Fetch(ctx context.Context, req *jsengine.FetchRequest) (*jsengine.FetchResponse, error) {
	return nil, errors.ErrUnsupported
}
