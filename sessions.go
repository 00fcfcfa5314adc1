package buntime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/session"
	"github.com/buntime/buntime/storage"
)

// ErrNotFound reports a session that does not exist or has expired.
var ErrNotFound = session.ErrNotFound

// tenant owns the sessions of an embedding program.
const tenant = "embedded"

// store is where sessions live.
type store struct {
	data    *storage.Store
	manager *session.Manager
	temp    string // to remove at the end, or ""
}

// sessions returns the store, opened when first needed.
func (rt *Runtime) sessions(ctx context.Context) (*store, error) {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	if rt.closed {
		return nil, ErrClosed
	}
	if rt.store != nil {
		return rt.store, nil
	}
	st := &store{}
	dir := rt.cfg.Data
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "buntime-"); err != nil {
			return nil, fmt.Errorf("buntime: make a temporary data directory: %w", err)
		}
		st.temp = dir
	}
	var err error
	if st.data, err = storage.Open(ctx, storage.Config{Dir: dir, MasterKey: rt.cfg.MasterKey, Log: rt.cfg.Log}); err != nil {
		return nil, errors.Join(fmt.Errorf("buntime: open the data: %w", err), st.close())
	}
	mc := session.Config{Store: st.data, Engine: rt.engine, MaxSessions: 1 << 20, Log: rt.cfg.Log}
	mc.Forget = func(scope string) {
		rt.engine.Forget(scope)
		if rt.transform != nil {
			rt.transform.Forget(scope)
		}
	}
	if st.manager, err = session.New(mc); err != nil {
		return nil, errors.Join(fmt.Errorf("buntime: %w", err), st.close())
	}
	rt.store = st
	return st, nil
}

// stop cancels what runs and waits for it.
func (st *store) stop() error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // no grace: Close ends running programs
	if err := st.manager.Close(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// close closes the data, and removes it if it is temporary.
func (st *store) close() error {
	var errs []error
	if st.data != nil {
		errs = append(errs, st.data.Close())
	}
	if st.temp != "" {
		errs = append(errs, os.RemoveAll(st.temp))
	}
	return errors.Join(errs...)
}

// SessionConfig describes a new session. The zero value works.
type SessionConfig struct {
	TTL      time.Duration  // until it expires and is erased, 5 minutes to 7 days; default 24 hours
	Metadata map[string]any // kept, encrypted, for the embedding program: at most 16 KiB of JSON
	Disk     int64          // bytes of its files, rounded up to a MiB, at most 5 GiB; default 1 GiB
}

// Session is a workspace that persists, encrypted, and in which programs run
// one after another. It is safe for concurrent use.
type Session struct {
	rt *Runtime
	st *store
	id string
}

// Create makes a session, which lives until it expires or is deleted, also after
// Close if Config.Data names a directory. It opens the data if no call did before.
// Errors: ErrClosed, one wrapping ctx.Err.
func (rt *Runtime) Create(ctx context.Context, cfg SessionConfig) (*Session, error) {
	st, err := rt.sessions(ctx)
	if err != nil {
		return nil, err
	}
	if cfg.TTL != 0 && (cfg.TTL < session.MinTTL || cfg.TTL > session.MaxTTL) {
		return nil, fmt.Errorf("buntime: SessionConfig.TTL %s is not between %s and %s", cfg.TTL, session.MinTTL, session.MaxTTL)
	}
	o := session.CreateOptions{Tenant: tenant, TTL: cfg.TTL, Egress: json.RawMessage(`"public"`)}
	o.Limits.CPU = session.MaxCPU // the embedding program's own affair
	if cfg.Disk != 0 {
		mb := (cfg.Disk + 1<<20 - 1) >> 20
		if mb < session.MinDisk || mb > session.MaxDisk {
			return nil, fmt.Errorf("buntime: SessionConfig.Disk is %d bytes, not between 1 and %d", cfg.Disk, int64(session.MaxDisk)<<20)
		}
		o.Limits.DiskMB = int(mb)
	}
	if cfg.Metadata != nil {
		if o.Metadata, err = json.Marshal(cfg.Metadata); err != nil {
			return nil, fmt.Errorf("buntime: SessionConfig.Metadata: %w", err)
		}
		if len(o.Metadata) > session.MaxMetadata {
			return nil, fmt.Errorf("buntime: SessionConfig.Metadata has %d bytes of JSON, at most %d", len(o.Metadata), session.MaxMetadata)
		}
	}
	info, err := st.manager.Create(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("buntime: create a session: %w", err)
	}
	return &Session{rt: rt, st: st, id: info.ID}, nil
}

// Session returns the session with an id. Errors: ErrNotFound, ErrClosed.
func (rt *Runtime) Session(ctx context.Context, id string) (*Session, error) {
	st, err := rt.sessions(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := st.manager.Get(ctx, tenant, id); err != nil {
		return nil, fmt.Errorf("buntime: session %q: %w", id, err)
	}
	return &Session{rt: rt, st: st, id: id}, nil
}

// ID names the session, also after a restart.
func (s *Session) ID() string { return s.id }

// Run runs p in the session, after the runs before it, and commits what it
// wrote as a set, however it ended. Program.FS and Limits.Disk must be zero: a
// session has its own files and disk. Result.Written has 1,000 names at most.
//
// Errors are those of Runtime.Run, and ErrNotFound, also for a session that is
// deleted meanwhile; ErrOverloaded also when too many runs wait already, or one
// waited for a minute; a *LimitError also when Program.Files do not fit the disk,
// without a result then.
func (s *Session) Run(ctx context.Context, p Program) (*Result, error) {
	if p.FS != nil || p.Limits.Disk != 0 {
		return nil, errors.New("buntime: a session has its own files: Program.FS and Limits.Disk must be zero")
	}
	held := s.rt.engine.Hold("")
	defer held.Release()
	prog, out, err := s.rt.program(p, held)
	if err != nil {
		return nil, err
	}
	policy, err := hostfuncs.Grants(p.Allow.Net)
	if err != nil {
		return nil, fmt.Errorf("buntime: Allow.Net: %w", err)
	}
	x := &session.Execution{
		Code: prog.Code, Entry: prog.Entry, Language: prog.Language,
		Env: prog.Env, Args: prog.Args, Stdin: prog.Stdin, Dir: prog.Dir, Input: prog.Input,
		Timeout: prog.Limits.Timeout, Fuel: prog.Limits.Fuel, Memory: orDefault(prog.Limits.Memory, defaultMemory), Output: prog.Limits.Output,
		Funcs: prog.Funcs, Stdout: prog.Stdout, Stderr: prog.Stderr, Seed: prog.Seed, Clock: prog.Clock,
		Policy: policy,
	}
	err = filesOf(p.Files, func(path string, data []byte) {
		x.Files = append(x.Files, session.File{Path: path, Content: data})
	})
	if err != nil {
		return nil, err
	}
	r, err := s.st.manager.Execute(ctx, tenant, s.id, x)
	var invalid *session.InvalidError
	if errors.As(err, &invalid) {
		return nil, fmt.Errorf("buntime: %s %s", fieldName(invalid.Field, p.Dir, x.Files), invalid.Reason)
	}
	err = runError(sessionError(err))
	if r == nil {
		return nil, err
	}
	res := &Result{
		ExitCode: r.ExitCode, Value: r.Value, Stdout: out[0].Bytes(), Stderr: out[1].Bytes(),
		StdoutTruncated: r.StdoutTruncated, StderrTruncated: r.StderrTruncated, Written: r.Written,
		Fuel: r.Fuel, CPUTime: r.CPUTime, WallTime: r.WallTime, MemoryPeak: r.MemoryPeak,
	}
	return res, ended(err, r.Limit, r.Denied)
}

// fieldName is what a Program calls a field of a session.Execution, with its value.
func fieldName(field, dir string, files []session.File) string {
	if field == "workingDir" {
		return fmt.Sprintf("Program.Dir: %.80q", dir)
	}
	for i := range files {
		if field == fmt.Sprintf("files[%d].path", i) {
			return fmt.Sprintf("Program.Files[%.80q]:", files[i].Path)
		}
	}
	return field
}

// sessionError puts an error of a session in this package's words.
func sessionError(err error) error {
	var (
		busy *session.BusyError
		disk *session.DiskFullError
	)
	switch {
	case errors.Is(err, session.ErrDeleting):
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	case errors.As(err, &busy) && !errors.Is(err, ErrOverloaded):
		return fmt.Errorf("%w: %w", ErrOverloaded, err)
	case errors.As(err, &disk):
		return &LimitError{Kind: "disk", Used: disk.Used, Limit: disk.Limit}
	}
	return err
}

// Files returns the session's files as of its last commit, read-only. Call it
// again to see later ones: a file that was written or deleted since reads as an error
// or as it is now. Of a session that is gone, or a Runtime that is closed, each
// operation of what Files returns is an error that wraps ErrNotFound or ErrClosed;
// if it goes later, reading a file is, while names and sizes stay as they were.
func (s *Session) Files() fs.FS { return s.st.manager.FS(tenant, s.id) }

// WriteFile writes a file, with the directories it needs, after the runs that
// were asked for before. It is durable when WriteFile returns. Errors are as of
// Run.
func (s *Session) WriteFile(ctx context.Context, path string, data []byte) error {
	if _, err := s.st.manager.WriteFile(ctx, tenant, s.id, session.File{Path: path, Content: data}); err != nil {
		return fmt.Errorf("buntime: write %s: %w", path, sessionError(err))
	}
	return nil
}

// Delete cancels what runs in the session and erases it: what it held cannot be
// decrypted any more. Errors: ErrNotFound, also while another call deletes it,
// ErrClosed.
func (s *Session) Delete(ctx context.Context) error {
	if err := s.st.manager.Delete(ctx, tenant, s.id); err != nil {
		return fmt.Errorf("buntime: delete session %s: %w", s.id, sessionError(err))
	}
	return nil
}
