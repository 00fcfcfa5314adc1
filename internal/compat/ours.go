package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/npmtest"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/jsengine/transform"
	"github.com/buntime/buntime/session"
	"github.com/buntime/buntime/storage"
)

// registryURL is the registry that npm of this machine uses.
func registryURL(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "npm", "config", "get", "registry").Output()
	if err != nil {
		return "", fmt.Errorf("npm config get registry: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// environment is what every program finds, with ours as with the real ones.
func environment(url, registry string) map[string]string {
	return map[string]string{"COMPAT_URL": url, "COMPAT_REGISTRY": registry, "TZ": "UTC", "LANG": "C.UTF-8", "NO_COLOR": "1"}
}

// ours runs programs in sandboxes of this checkout. The caller must close it.
type ours struct {
	pool    *transform.Pool
	engine  *jsengine.Engine
	manager *session.Manager
	store   *storage.Store    // of packages; nil if there are none
	server  *httptest.Server  // COMPAT_URL
	madeUp  *npmtest.Registry // COMPAT_REGISTRY
}

// newOurs returns an ours. If registry is not "", programs can install packages
// from it, which are kept in dir.
func newOurs(ctx context.Context, registry, dir string) (_ *ours, err error) {
	o := &ours{server: httptest.NewServer(handler()), madeUp: newRegistry()}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.close())
		}
	}()
	if o.pool, err = transform.New(transform.Config{Workers: 1}); err != nil {
		return nil, err
	}
	if o.engine, err = jsengine.Open(ctx, jsengine.Config{Transformer: o.pool}); err != nil {
		return nil, err
	}
	policy, err := hostfuncs.ServerPolicy("public", []string{strings.TrimPrefix(o.server.URL, "http://"), o.madeUp.Host()})
	if err != nil {
		return nil, err
	}
	cfg := session.Config{Engine: o.engine, Policy: policy}
	if registry != "" {
		cfg.Packages.Registry = registry
		if o.store, err = storage.Open(ctx, storage.Config{Dir: dir}); err != nil {
			return nil, err
		}
		cfg.Store = o.store
	}
	if o.manager, err = session.New(cfg); err != nil {
		return nil, err
	}
	return o, nil
}

func (o *ours) close() error {
	var errs []error
	if o.manager != nil {
		errs = append(errs, o.manager.Close(context.Background()))
	}
	if o.store != nil {
		errs = append(errs, o.store.Close())
	}
	if o.engine != nil {
		errs = append(errs, o.engine.Close())
	}
	if o.pool != nil {
		errs = append(errs, o.pool.Close())
	}
	o.server.Close()
	o.madeUp.Close()
	return errors.Join(errs...)
}

// run returns what the program prints here, and its standard error.
func (o *ours) run(ctx context.Context, p *program) (out, stderr string, err error) {
	files, err := p.files()
	if err != nil {
		return "", "", err
	}
	x := &session.Execution{
		Command: strings.Replace(p.command, "node24 ", "node ", 1), IsCommand: true, Env: environment(o.server.URL, o.madeUp.URL),
		Timeout: 30 * time.Second, Output: 1 << 20,
	}
	if p.packages {
		x.Command, x.Timeout = "npm ci --silent && "+x.Command, 2*time.Minute
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		x.Files = append(x.Files, session.File{Path: name, Content: files[name]})
	}
	r, err := o.manager.Run(ctx, "compat", x, session.Limits{CPU: session.MaxCPU}, nil)
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", p, err)
	}
	return printed(r.Stdout, r.ExitCode, o.server.URL, "http://compat", o.madeUp.URL, madeUpURL), r.Stderr, nil
}
