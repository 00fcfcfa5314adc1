package session

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path"
	"sync"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/npm"
	"github.com/buntime/buntime/storage"
)

// maxKeptFiles bounds the names of unpacked packages held in memory, over all
// tenants: about 60 MB.
const maxKeptFiles = 200_000

// packages installs packages of npm into workspaces. Unpacked, they are parcels
// of the store, and layers of the workspaces that have them.
type packages struct {
	m      *Manager
	client *npm.Client
	host   string // of the server's registry, host:port; "" if there is none

	mu    sync.Mutex
	kept  map[parcelName]*list.Element // guarded by mu; of *keptPackage
	order list.List                    // guarded by mu; the longest unused first
	files int                          // guarded by mu
}

type parcelName struct{ tenant, integrity string }

// keptPackage is a package of the store, ready to be placed.
type keptPackage struct {
	name   parcelName
	pkg    *npm.Package
	parcel *storage.Parcel
	layer  *hostfuncs.Layer
}

var _ npm.Store = (*packages)(nil)

func newPackages(m *Manager) (*packages, error) {
	p := &packages{m: m, kept: map[parcelName]*list.Element{}}
	cfg := m.cfg.Packages
	if cfg.Now == nil {
		cfg.Now = m.cfg.Now
	}
	var err error
	if p.client, err = npm.NewClient(cfg, p); err != nil {
		return nil, err
	}
	if cfg.Registry != "" {
		u, err := url.Parse(cfg.Registry)
		if err != nil {
			return nil, err
		}
		port := u.Port()
		if port == "" {
			port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
		}
		p.host = net.JoinHostPort(u.Hostname(), port)
		if _, err := m.cfg.Policy.Open(p.host); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Get implements npm.Store.
func (p *packages) Get(_ context.Context, tenant, integrity string) (*npm.Package, error) {
	name := parcelName{tenant, integrity}
	p.mu.Lock()
	if e := p.kept[name]; e != nil {
		p.order.MoveToBack(e)
		k := e.Value.(*keptPackage)
		p.mu.Unlock()
		if k.parcel.Use() {
			return k.pkg, nil
		}
		p.forget(name)
		return nil, nil
	}
	p.mu.Unlock()
	if p.m.cfg.Store == nil {
		return nil, nil
	}
	parcel, err := p.m.cfg.Store.Parcel(tenant, packageName(integrity))
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrCorrupt) {
		return nil, nil // it can be had again
	} else if err != nil {
		return nil, storeError(err)
	}
	pkg, err := npm.UnmarshalPackage(parcel.Meta())
	if err != nil {
		return nil, nil
	}
	return p.keep(name, pkg, parcel)
}

// packageName is what a package's parcel is called.
func packageName(integrity string) string { return "npm " + integrity }

// Put implements npm.Store.
func (p *packages) Put(ctx context.Context, tenant, integrity string, pkg *npm.Package, content []byte) (*npm.Package, error) {
	if p.m.cfg.Store == nil {
		return pkg, nil
	}
	meta, err := pkg.Marshal()
	if err != nil {
		return nil, err
	}
	parcel, err := p.m.cfg.Store.PutParcel(ctx, tenant, packageName(integrity), meta, content)
	switch {
	case errors.Is(err, storage.ErrParcelsFull), errors.Is(err, storage.ErrTooLarge), errors.Is(err, storage.ErrNoSpace):
		return pkg, nil // the session gets a copy of its own
	case err != nil:
		return nil, storeError(err)
	}
	kept, err := npm.UnmarshalPackage(parcel.Meta())
	if err != nil {
		return nil, err
	}
	return p.keep(parcelName{tenant, integrity}, kept, parcel)
}

// packageTime is when all files of packages were written, as npm has it.
var packageTime = time.Date(1985, 10, 26, 8, 15, 0, 0, time.UTC)

// keep makes a package ready to be placed, and remembers it.
func (p *packages) keep(name parcelName, pkg *npm.Package, parcel *storage.Parcel) (*npm.Package, error) {
	k := &keptPackage{name: name, pkg: pkg, parcel: parcel}
	entries := make([]hostfuncs.Entry, len(pkg.Files))
	for i, f := range pkg.Files {
		entries[i] = hostfuncs.Entry{Path: f.Path, Mode: fileMode(f), Size: f.Size, Modified: packageTime}
	}
	var err error
	k.layer, err = hostfuncs.NewLayer(entries, hostfuncs.ContentFunc(func(file string, b []byte, off int64) (int, error) {
		f, ok := pkg.File(file)
		if !ok || off < 0 || off > f.Size {
			return 0, io.EOF
		}
		return parcel.ReadAt(b[:min(int64(len(b)), f.Size-off)], f.Offset+off)
	}), k)
	if err != nil {
		return nil, fmt.Errorf("package %s: %w", pkg.Name, err)
	}
	pkg.Content, pkg.Ref = parcel, k
	p.mu.Lock()
	defer p.mu.Unlock()
	if e := p.kept[name]; e != nil { // another was faster
		return e.Value.(*keptPackage).pkg, nil
	}
	p.kept[name] = p.order.PushBack(k)
	p.files += len(pkg.Files)
	for p.files > maxKeptFiles && p.order.Len() > 1 {
		p.forgetLocked(p.order.Front().Value.(*keptPackage).name)
	}
	return pkg, nil
}

func fileMode(f npm.File) fs.FileMode {
	if f.Executable {
		return 0o755
	}
	return 0o644
}

func (p *packages) forget(name parcelName) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forgetLocked(name)
}

func (p *packages) forgetLocked(name parcelName) {
	if e := p.kept[name]; e != nil {
		p.files -= len(p.order.Remove(e).(*keptPackage).pkg.Files)
		delete(p.kept, name)
	}
}

// parcelContent makes a file of a layer one of the layer's parcel.
func parcelContent(to *storage.Change, c *hostfuncs.Change) {
	k := c.Layer.Ref().(*keptPackage)
	f, _ := k.pkg.File(c.From)
	to.Parcel, to.Offset, to.Size = k.parcel, f.Offset, c.Size
}

// command runs a command about packages and returns its exit code. What it needs
// of env beside the files and the network, the caller has set; without a Root it is
// that of the workspace.
func (p *packages) command(ctx context.Context, r runner, x *Execution, words []string, env npm.Env) int {
	policy := p.m.cfg.Policy
	if x.Policy != nil {
		policy = x.Policy
	}
	if p.host != "" {
		var err error
		if policy, err = policy.Open(p.host); err != nil { // was checked when we began
			return 1
		}
	}
	fetcher := hostfuncs.NewFetcher(hostfuncs.FetcherConfig{
		Policy: policy.Narrow(r.narrowing), Charge: r.held.Charge,
		Budgets: hostfuncs.Budgets{Requests: 20_000, Received: 4 << 30},
	})
	defer fetcher.Close()
	env.Files, env.HTTP = packageFiles{r.ws}, packageHTTP{fetcher}
	if env.Root == "" {
		env.Root = hostfuncs.Root
	}
	env.Tenant, env.Charge = r.tenant, r.held.Charge
	return p.client.Command(ctx, words, env)
}

// packageFiles is a workspace as packages are placed in it.
type packageFiles struct{ *hostfuncs.Workspace }

var _ npm.Files = packageFiles{}

// Place implements npm.Files: without a copy, if the store has the package.
func (f packageFiles) Place(at string, pkg *npm.Package) error {
	if k, ok := pkg.Ref.(*keptPackage); ok {
		return f.Graft(at, k.layer, 0o755)
	}
	if err := f.MkdirAll(at, 0o755); err != nil {
		return err
	}
	for _, file := range pkg.Files {
		b := make([]byte, file.Size)
		if n, err := pkg.Content.ReadAt(b, file.Offset); n < len(b) {
			return err
		}
		full := path.Join(at, file.Path)
		if err := f.MkdirAll(path.Dir(full), 0o755); err != nil {
			return err
		}
		if err := f.WriteFile(full, b, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode(file)); err != nil {
			return err
		}
	}
	return nil
}

// packageHTTP asks registries through the session's egress policy.
type packageHTTP struct{ *hostfuncs.Fetcher }

var _ npm.HTTP = packageHTTP{}

// Get implements npm.HTTP.
func (h packageHTTP) Get(ctx context.Context, url string, header map[string]string) (*npm.Response, error) {
	req := &jsengine.FetchRequest{Method: "GET", URL: url, Redirect: "follow"}
	for name, value := range header {
		req.Header = append(req.Header, [2]string{name, value})
	}
	r, err := h.Fetch(ctx, req)
	if err != nil {
		return nil, err
	}
	out := &npm.Response{Status: r.Status, Header: make(map[string]string, len(r.Header)), Body: r.Body}
	for _, kv := range r.Header {
		out.Header[kv[0]] = kv[1]
	}
	return out, nil
}
