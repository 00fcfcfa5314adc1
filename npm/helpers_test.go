package npm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/npmtest"
	"github.com/buntime/buntime/jsengine"
)

type obj = npmtest.Object

// memStore is a Store in memory.
type memStore struct {
	mu   sync.Mutex
	kept map[[2]string]*Package
	full bool
}

func newMemStore() *memStore { return &memStore{kept: map[[2]string]*Package{}} }

func (s *memStore) Get(_ context.Context, tenant, integrity string) (*Package, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[[2]string{tenant, integrity}], nil
}

func (s *memStore) Put(_ context.Context, tenant, integrity string, p *Package, content []byte) (*Package, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full {
		return p, nil
	}
	meta, err := p.Marshal()
	if err != nil {
		return nil, err
	}
	kept, err := UnmarshalPackage(meta) // as a store on disk does
	if err != nil {
		return nil, err
	}
	kept.Content = bytes.NewReader(bytes.Clone(content))
	s.kept[[2]string{tenant, integrity}] = kept
	return kept, nil
}

// files is a workspace as Files.
type files struct{ *hostfuncs.Workspace }

func (f files) Place(at string, p *Package) error {
	var entries []hostfuncs.Entry
	for _, e := range p.Files {
		mode := fs.FileMode(0o644)
		if e.Executable {
			mode = 0o755
		}
		entries = append(entries, hostfuncs.Entry{Path: e.Path, Mode: mode, Size: e.Size})
	}
	layer, err := hostfuncs.NewLayer(entries, hostfuncs.ContentFunc(func(name string, b []byte, off int64) (int, error) {
		e, ok := p.File(name)
		if !ok {
			return 0, fs.ErrNotExist
		}
		return p.Content.ReadAt(b[:min(int64(len(b)), e.Size-off)], e.Offset+off)
	}), p)
	if err != nil {
		return err
	}
	return f.Graft(at, layer, 0o755)
}

// egress is a Fetcher as HTTP.
type egress struct{ *hostfuncs.Fetcher }

func (e egress) Get(ctx context.Context, url string, header map[string]string) (*Response, error) {
	req := &jsengine.FetchRequest{Method: "GET", URL: url, Redirect: "follow"}
	for k, v := range header {
		req.Header = append(req.Header, [2]string{k, v})
	}
	r, err := e.Fetch(ctx, req)
	if err != nil {
		return nil, err
	}
	out := &Response{Status: r.Status, Header: map[string]string{}, Body: r.Body}
	for _, kv := range r.Header {
		out.Header[kv[0]] = kv[1]
	}
	return out, nil
}

// world is a registry, a client and a workspace.
type world struct {
	t      *testing.T
	reg    *npmtest.Registry
	store  *memStore
	client *Client
	ws     *hostfuncs.Workspace
	env    Env
	out    bytes.Buffer
	err    bytes.Buffer
	now    time.Time
	ran    []Run
	net    *hostfuncs.Fetcher
}

func newWorld(t *testing.T, cfg Config) *world {
	t.Helper()
	w := &world{t: t, reg: npmtest.New(), store: newMemStore(), now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	t.Cleanup(w.reg.Close)
	if cfg.Registry == "" {
		cfg.Registry = w.reg.URL
	}
	cfg.Now = func() time.Time { return w.now }
	var err error
	if w.client, err = NewClient(cfg, w.store); err != nil {
		t.Fatal(err)
	}
	w.open(w.reg.Host())
	w.workspace(hostfuncs.Config{})
	return w
}

// open makes exactly these addresses reachable.
func (w *world) open(hosts ...string) {
	w.t.Helper()
	policy, err := hostfuncs.ServerPolicy("none", hosts)
	if err != nil {
		w.t.Fatal(err)
	}
	w.net = hostfuncs.NewFetcher(hostfuncs.FetcherConfig{Policy: policy, Budgets: hostfuncs.Budgets{Requests: 1_000_000, Received: 1 << 40}})
	w.t.Cleanup(func() { w.net.Close() })
	w.env.HTTP = egress{w.net}
}

// workspace starts an empty one.
func (w *world) workspace(cfg hostfuncs.Config) {
	w.ws = hostfuncs.NewWorkspace(cfg)
	w.env.Files, w.env.Root, w.env.Dir = files{w.ws}, "/workspace", "/workspace"
	w.env.Stdout, w.env.Stderr = &w.out, &w.err
	w.env.Run = func(_ context.Context, r Run) int { w.ran = append(w.ran, r); return 0 }
}

// write writes a file of the workspace; what is not text is written as JSON.
func (w *world) write(name string, v any) {
	w.t.Helper()
	data, ok := v.(string)
	if !ok {
		b, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			w.t.Fatal(err)
		}
		data = string(b) + "\n"
	}
	full := path.Join("/workspace", name)
	if err := errors.Join(w.ws.MkdirAll(path.Dir(full), 0o755), w.ws.WriteFile(full, []byte(data), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(name string) string {
	w.t.Helper()
	b, err := w.ws.ReadFile(path.Join("/workspace", name))
	if err != nil {
		w.t.Fatalf("read %s: %v", name, err)
	}
	return string(b)
}

// run runs a command line and returns its exit code.
func (w *world) run(line string) int {
	w.out.Reset()
	w.err.Reset()
	return w.client.Command(w.t.Context(), strings.Fields(line), w.env)
}

// must runs a command line that must not fail.
func (w *world) must(line string) {
	w.t.Helper()
	if code := w.run(line); code != 0 {
		w.t.Fatalf("%s: exit %d: %s%s", line, code, w.out.String(), w.err.String())
	}
}

// tree lists what is in the workspace, without what is inside packages.
func (w *world) tree() string {
	w.t.Helper()
	var b strings.Builder
	var walk func(dir string, depth int)
	walk = func(dir string, depth int) {
		list, err := w.ws.ReadDir(path.Join("/workspace", dir))
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range list {
			p := path.Join(dir, e.Name())
			switch {
			case e.Type()&fs.ModeSymlink != 0:
				to, err := w.ws.Readlink(path.Join("/workspace", p))
				if err != nil {
					w.t.Fatal(err)
				}
				b.WriteString(p + " -> " + to + "\n")
			case e.IsDir():
				walk(p, depth+1)
			case e.Name() == "package.json" && dir != "":
				m, err := parseManifest([]byte(w.read(p)))
				if err != nil {
					w.t.Fatal(err)
				}
				b.WriteString(dir + " = " + m.id() + "\n")
			case depth == 0:
				b.WriteString(p + "\n")
			}
		}
	}
	walk("", 0)
	return b.String()
}
