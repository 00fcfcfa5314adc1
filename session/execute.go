package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/shell"
	"github.com/buntime/buntime/storage"
)

// File is one file that a client sends.
type File struct {
	Path    string // relative to /workspace, or absolute inside it
	Content []byte // not to be changed until the call returns
}

// Execution says what to run. Its bounds are the caller's to check.
type Execution struct {
	// Code is the source of an ES module; if IsCommand is set, Command is run
	// instead.
	Code      string
	Command   string
	IsCommand bool
	Entry     string // absolute guest path of the module to run, if there is neither Code nor a command
	Language  string // of Code: js, ts, jsx, tsx; "" or "auto": found out

	Files   []File            // written before the run, all or none
	Env     map[string]string // process.env
	Args    []string          // process.argv after the module
	Stdin   []byte
	Dir     string          // working directory, as File.Path; default /workspace
	Timeout time.Duration   // from the start of the program; 0: the limits'
	Fuel    int64           // 0: time is the only bound
	Memory  int64           // bytes beyond the image; 0: the limits'
	Output  int64           // bytes of each of stdout and stderr; 0: MaxOutput
	Input   json.RawMessage // import.meta.input; nil: undefined

	Funcs  map[string]jsengine.HostFunc // globalThis.host
	Stdout io.Writer                    // gets a copy as it is written; may be nil
	Stderr io.Writer
	Seed   *[32]byte        // of all randomness; nil: the system's
	Clock  func() time.Time // the guest's, and that of files it has; nil: the system's

	// Policy is what fetch may reach, instead of Config.Policy; nil: that one.
	Policy *hostfuncs.Policy
}

// Result is how an execution ended.
type Result struct {
	Stdout, Stderr  string
	StdoutTruncated bool
	StderrTruncated bool
	ExitCode        int
	Value           json.RawMessage // export default; nil if none
	WallTime        time.Duration
	CPUTime         time.Duration // of all programs, and about that of the shell's own work
	MemoryPeak      int64         // bytes beyond the image
	Fuel            int64
	TimedOut        bool
	Written         []string // files the program wrote, relative to /workspace, sorted; at most MaxWritten
	Limit           *jsengine.LimitError
	Denied          *jsengine.DeniedError // the refusal that ended it, uncaught; or nil
}

// Execute runs a program in a session of a tenant ("": any), after those that
// were asked for before. What it changed in the workspace is committed as a
// set when Execute returns, however the program ended. A program's own failure
// is in the Result.
//
// Errors: ErrNotFound, ErrDeleting, ErrClosed, *BusyError, *InvalidError,
// *DiskFullError and *QuotaError (the client's own files do not fit), or one
// wrapping ctx's. The Result of a program that was cut short comes beside the
// error.
func (m *Manager) Execute(ctx context.Context, tenant, id string, x *Execution) (*Result, error) {
	if err := m.begin(); err != nil {
		return nil, err
	}
	defer m.end()
	if _, err := m.record(tenant, id); err != nil {
		return nil, err
	}
	l := m.use(id)
	defer m.release(l)
	if err := m.take(ctx, l); err != nil {
		return nil, err
	}
	defer l.give()
	s, err := m.record(tenant, id) // as it is now: the wait may have been long
	if err != nil {
		return nil, err
	}
	narrowing, err := hostfuncs.ParseNarrowing(s.Egress)
	if err != nil {
		return nil, fmt.Errorf("egress of session %s: %w", id, err)
	}
	ctx, stop := joined(ctx, l.ctx)
	defer stop()
	place, err := m.places.take(ctx, s.Tenant)
	if err != nil {
		return nil, m.why(l, err)
	}
	defer m.places.give(place)
	l.setRunning(1)
	defer l.setRunning(0)

	held := m.Hold(s.Tenant)
	defer held.Release()
	ws, stored, err := m.open(l, s.Limits, held, x.Clock)
	if err != nil {
		return nil, err
	}
	defer ws.Release()
	credit := m.credit(id)
	res, err := m.run(ctx, runner{ws: ws, stored: stored, held: held, limits: s.Limits, narrowing: narrowing, credit: credit, tenant: s.Tenant, scope: sessionScope(id)}, x)
	if res == nil {
		return nil, m.why(l, err)
	}
	written, cerr := m.commit(ctx, l, ws)
	if cerr != nil {
		return nil, m.why(l, cerr)
	}
	credit.spend(time.Duration(written)*commitTime, s.Limits.CPU, m.cfg.Now())
	now := m.cfg.Now().UTC().Truncate(time.Millisecond)
	uerr := m.cfg.Store.UpdateUsage(id, func(s *storage.Session) {
		s.LastActive = now
		s.Usage.CPUMs += float64(res.CPUTime) / float64(time.Millisecond)
		s.Usage.Fuel += res.Fuel
		s.Usage.MemoryBytes = max(s.Usage.MemoryBytes, res.MemoryPeak)
		s.Usage.Executions++
	})
	if uerr != nil && !errors.Is(uerr, storage.ErrNotFound) {
		m.log(ctx).Warn("usage not counted", zap.String("session", id), zap.Error(uerr))
	}
	return res, m.why(l, err)
}

// Run runs a program in a fresh, empty workspace of which nothing is kept.
// Errors are as of Execute, without those about sessions.
func (m *Manager) Run(ctx context.Context, tenant string, x *Execution, limits Limits, egress json.RawMessage) (*Result, error) {
	if err := m.begin(); err != nil {
		return nil, err
	}
	defer m.end()
	fillLimits(&limits)
	narrowing := m.narrowing
	if egress != nil {
		var err error
		if narrowing, err = hostfuncs.ParseNarrowing(egress); err != nil {
			return nil, &InvalidError{Field: "egress", Reason: err.Error()}
		}
	}
	ctx, stop := joined(ctx, m.ctx)
	defer stop()
	place, err := m.places.take(ctx, tenant)
	if err != nil {
		return nil, m.why(nil, err)
	}
	defer m.places.give(place)
	held := m.Hold(tenant)
	defer held.Release()
	ws := m.workspace(hostfuncs.Base{}, limits, held, x.Clock)
	defer ws.Release()
	res, err := m.run(ctx, runner{ws: ws, held: held, limits: limits, narrowing: narrowing, credit: &credit{left: burst}, tenant: tenant, scope: "tenant/" + tenant}, x)
	if err != nil {
		return nil, m.why(nil, err)
	}
	return res, nil
}

// sessionScope is whose transforms a session's programs share: its own.
func sessionScope(id string) string { return "session/" + id }

// joined returns a context with the values of ctx that ends with either.
func joined(ctx, other context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(other, cancel)
	return ctx, func() { stop(); cancel() }
}

// why finds the reason behind an error of a call that was cut short.
func (m *Manager) why(l *live, err error) error {
	switch {
	case err == nil || !errors.Is(err, context.Canceled):
	case l != nil && l.isDeleting():
		return ErrDeleting
	case m.ctx.Err() != nil:
		return ErrClosed
	}
	switch {
	case errors.Is(err, jsengine.ErrOverloaded):
		return fmt.Errorf("%w: %w", &BusyError{Retry: time.Second}, err)
	case errors.Is(err, jsengine.ErrClosed):
		return fmt.Errorf("%w: %w", ErrClosed, err)
	}
	return err
}

func (l *live) setRunning(n int) {
	l.mu.Lock()
	l.running = n
	l.mu.Unlock()
}

// open returns a workspace over the session's last commit, and what is stored of
// that, with times of clock, or of the manager's if it is nil. Precondition: the
// caller has the turn, so that the commit stays the last.
func (m *Manager) open(l *live, limits Limits, held *Holding, clock func() time.Time) (*hostfuncs.Workspace, *storage.Workspace, error) {
	tree, err := m.current(l)
	if err != nil {
		return nil, nil, err
	}
	stored, err := m.cfg.Store.Workspace(l.id)
	if err != nil {
		return nil, nil, storeError(err)
	}
	return m.workspace(hostfuncs.Base{Tree: tree, Content: content(stored)}, limits, held, clock), stored, nil
}

// content reads the files of a stored workspace as they are now.
func content(stored *storage.Workspace) hostfuncs.Content {
	return hostfuncs.ContentFunc(func(path string, p []byte, off int64) (int, error) {
		b, err := stored.Read(path, off, len(p))
		if n := copy(p, b); n < len(p) && err == nil {
			return n, io.EOF
		}
		return len(b), err
	})
}

func (m *Manager) workspace(base hostfuncs.Base, limits Limits, held *Holding, clock func() time.Time) *hostfuncs.Workspace {
	if clock == nil {
		clock = m.cfg.Now
	}
	return hostfuncs.NewWorkspace(hostfuncs.Config{
		Base:   base,
		Quota:  hostfuncs.Quota{Bytes: int64(limits.DiskMB) << 20, Entries: int64(m.cfg.Entries)},
		Now:    clock,
		Charge: held.Charge,
	})
}

// runner is what a program runs in.
type runner struct {
	ws        *hostfuncs.Workspace
	stored    *storage.Workspace // what ws is over; nil: nothing
	held      *Holding
	limits    Limits
	narrowing hostfuncs.Narrowing
	credit    *credit
	tenant    string
	scope     string // whose transforms may be shared
}

// run runs x. The result is nil if the program never started; with an error
// beside it the program was cut short.
func (m *Manager) run(ctx context.Context, r runner, x *Execution) (res *Result, err error) {
	for i := range x.Files {
		if err := write(r.ws, fmt.Sprintf("files[%d].path", i), x.Files[i]); err != nil {
			return nil, err
		}
	}
	dir, err := workingDir(r.ws, x.Dir)
	if err != nil {
		return nil, err
	}
	// What the client sent is not what the program wrote.
	sent := make(map[string]fileState, len(x.Files))
	for _, p := range r.ws.Written() {
		sent[p] = state(r.ws, p)
	}

	m.stats.running.Add(1)
	defer m.stats.running.Add(-1)
	stdout, stderr := &jsengine.Output{Held: r.held.in}, &jsengine.Output{Held: r.held.in}
	p := &jsengine.Program{
		Code:      x.Code,
		Entry:     x.Entry,
		Language:  x.Language,
		Args:      x.Args,
		Env:       x.Env,
		Dir:       dir,
		Input:     x.Input,
		Stdin:     x.Stdin,
		Stdout:    tee(stdout, x.Stdout),
		Stderr:    tee(stderr, x.Stderr),
		Files:     r.ws,
		Published: m.published.in(r.ws, r.stored),
		Funcs:     x.Funcs,
		Limits: jsengine.Limits{
			Memory:  int64(r.limits.MemoryMB) << 20,
			Fuel:    x.Fuel,
			Timeout: x.Timeout,
			Output:  MaxOutput,
		},
		Seed:   x.Seed,
		Clock:  x.Clock,
		Tenant: r.tenant,
		Scope:  r.scope,
	}
	if p.Limits.Timeout == 0 {
		p.Limits.Timeout = time.Duration(r.limits.TimeoutS) * time.Second
	}
	if x.Memory != 0 {
		p.Limits.Memory = x.Memory
	}
	if x.Output != 0 {
		p.Limits.Output = x.Output
	}
	p.Loopback = &jsengine.Loopback{Charge: r.held.Charge}
	policy := m.cfg.Policy
	if x.Policy != nil {
		policy = x.Policy
	}
	n := &lazyNet{config: hostfuncs.FetcherConfig{Policy: policy.Narrow(r.narrowing), Charge: r.held.Charge, Loopback: p.Loopback}}
	defer n.close()
	p.Net = n
	pacer := pacer{credit: r.credit, share: r.limits.CPU, now: m.cfg.Now}
	if pacer.share < 1 { // a guest has one processor at most
		p.Pace = pacer.pace
	}
	l := m.newLine(r, x, *p)
	defer l.budget.Close()
	var ran *jsengine.Result
	if x.IsCommand {
		ran, err = l.command(ctx, dir)
	} else {
		ran, err = l.main(ctx, p)
	}
	if ran == nil {
		m.stats.byEnd[end(0, nil, err)].Add(1)
		return nil, err
	}
	res = &Result{
		Stdout: Text(stdout.Bytes()), Stderr: Text(stderr.Bytes()),
		StdoutTruncated: ran.StdoutTruncated, StderrTruncated: ran.StderrTruncated,
		ExitCode: ran.ExitCode, Value: ran.Value,
		WallTime: ran.WallTime, CPUTime: ran.CPUTime, MemoryPeak: ran.MemoryPeak, Fuel: ran.Fuel,
		Limit: ran.Limit, Denied: ran.Denied,
	}
	if res.Limit == nil && ran.UncaughtCode == "ENOSPC" {
		// It died of an error that says so, and the disk did refuse it.
		if used, limit, hit := r.ws.DiskRefused(); hit {
			res.Limit = &jsengine.LimitError{Kind: "disk", Used: used, Limit: limit}
		}
	}
	res.TimedOut = res.Limit != nil && res.Limit.Kind == "time"
	res.Written = written(r.ws, sent)
	if p.Pace != nil && !x.IsCommand {
		pacer.pace(res.CPUTime - l.elsewhere()) // what came after its last slice
	}
	m.stats.byEnd[end(res.ExitCode, res.Limit, err)].Add(1)
	m.stats.fuel.Add(res.Fuel)
	m.stats.cpuNs.Add(int64(res.CPUTime))
	return res, err
}

// written lists the files that were written since the client's were sent, at
// most MaxWritten.
func written(ws *hostfuncs.Workspace, sent map[string]fileState) (list []string) {
	for _, p := range ws.Written() {
		if old, ok := sent[p]; ok && old == state(ws, p) {
			continue
		}
		if list = append(list, p); len(list) == MaxWritten {
			break
		}
	}
	return list
}

// end says how an execution ended, for the counters. The error is why it was cut short.
func end(exit int, limit *jsengine.LimitError, err error) int {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, jsengine.ErrClosed):
		return endCancelled
	case err != nil:
		return endRefused
	}
	if limit != nil {
		for i, name := range ends {
			if name == limit.Kind {
				return i
			}
		}
	}
	if exit != 0 {
		return endExit
	}
	return endOK
}

func tee(buf *jsengine.Output, w io.Writer) io.Writer {
	if w == nil {
		return buf
	}
	return both{io.MultiWriter(buf, w), w}
}

// both writes to a buffer and to w.
type both struct {
	io.Writer
	w io.Writer
}

// Prompt reports that writing never waits, as w knows.
func (b both) Prompt() bool {
	p, ok := b.w.(shell.Prompt)
	return ok && p.Prompt()
}

// Text is what a program printed as an answer has it: U+FFFD stands for bytes that
// are not UTF-8.
func Text(b []byte) string { return strings.ToValidUTF8(string(b), "\ufffd") }

// A fileState tells whether a file was written again.
type fileState struct {
	size     int64
	modified time.Time
}

func state(ws *hostfuncs.Workspace, p string) fileState {
	return stateOf(ws.Lstat(hostfuncs.Root + "/" + p))
}

// stateOf is what a stat tells; its error is of a file that is not there.
func stateOf(info fs.FileInfo, err error) fileState {
	if err != nil {
		return fileState{size: -1}
	}
	return fileState{info.Size(), info.ModTime()}
}

// workingDir returns the absolute path of a working directory that a client
// named and that exists.
func workingDir(ws *hostfuncs.Workspace, dir string) (string, error) {
	rel, err := hostfuncs.ParseAPIPath(dir)
	if err != nil {
		return "", pathError("workingDir", err)
	}
	if rel == "" {
		return hostfuncs.Root, nil
	}
	abs := path.Join(hostfuncs.Root, rel)
	info, err := ws.Stat(abs)
	if err != nil || !info.IsDir() || !inside(ws, abs) {
		return "", &InvalidError{Field: "workingDir", Reason: "is not a directory of the workspace"}
	}
	return abs, nil
}

// write writes a client's file into a workspace, with the directories it needs.
func write(ws *hostfuncs.Workspace, field string, f File) error {
	rel, err := hostfuncs.ParseAPIPath(f.Path)
	if err != nil {
		return pathError(field, err)
	}
	if rel == "" {
		return &InvalidError{Field: field, Reason: "is the workspace itself"}
	}
	if hostfuncs.NamesDirectory(f.Path) {
		return &InvalidError{Field: field, Reason: "ends in a slash or dots, as a directory's: end it in the name of the file"}
	}
	abs := path.Join(hostfuncs.Root, rel)
	if i := strings.LastIndexByte(rel, '/'); i >= 0 {
		if err := ws.MkdirAll(path.Dir(abs), 0o755); err != nil {
			return fileError(ws, field, err)
		}
	}
	if err := ws.WriteFile(abs, f.Content, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644); err != nil {
		return fileError(ws, field, err)
	}
	// What went into /tmp would be gone with it.
	if !inside(ws, abs) {
		return &InvalidError{Field: field, Reason: "leads out of the workspace by a symbolic link"}
	}
	return nil
}

// inside reports whether path, followed to its end, lies in the workspace.
func inside(ws *hostfuncs.Workspace, path string) bool {
	end, err := ws.Realpath(path)
	return err == nil && (end == hostfuncs.Root || strings.HasPrefix(end, hostfuncs.Root+"/"))
}

// pathError says what is wrong with a path that a client named in field.
func pathError(field string, err error) error {
	var p *hostfuncs.PathError
	if errors.As(err, &p) {
		return &InvalidError{Field: field, Reason: p.Rule}
	}
	return err
}

// fileError says in this package's words why a client's operation on a file
// failed.
func fileError(ws *hostfuncs.Workspace, field string, err error) error {
	var e *jsengine.Errno
	if !errors.As(err, &e) {
		return pathError(field, err)
	}
	switch e.Code {
	case "ENOENT":
		return fmt.Errorf("%w: %w", ErrFileNotFound, err)
	case "ENOTEMPTY":
		return fmt.Errorf("%w: %w", ErrNotEmpty, err)
	case "ENOMEM":
		return fmt.Errorf("%w: %w", &BusyError{Retry: time.Second}, err)
	case "ENOSPC", "EDQUOT":
		if used, limit, hit := ws.EntriesRefused(); hit {
			return &QuotaError{What: "entries", Used: used, Limit: limit}
		}
		if used, limit, hit := ws.TextRefused(); hit {
			return &QuotaError{What: "bytes of paths", Used: used, Limit: limit}
		}
		used, limit, _ := ws.DiskRefused()
		return &DiskFullError{Used: used, Limit: limit}
	case "EISDIR":
		return &InvalidError{Field: field, Reason: "is a directory"}
	case "ENOTDIR", "EEXIST":
		return &InvalidError{Field: field, Reason: "lies below something that is not a directory"}
	case "ELOOP":
		return &InvalidError{Field: field, Reason: "has too many symbolic links"}
	case "ENAMETOOLONG":
		return &InvalidError{Field: field, Reason: "is too long or too deep"}
	case "EACCES", "EPERM", "EINVAL", "EXDEV":
		return &InvalidError{Field: field, Reason: "leaves the workspace or may not be changed"}
	}
	return err
}

// commit stores what changed in a workspace, as a set, and returns the bytes of files
// that were sealed for it. Precondition: the caller has the turn.
func (m *Manager) commit(ctx context.Context, l *live, ws *hostfuncs.Workspace) (written int64, err error) {
	changes := ws.Changes()
	if len(changes) == 0 {
		return 0, nil
	}
	set := make([]storage.Change, len(changes))
	for i := range changes {
		c := &changes[i]
		set[i] = storage.Change{
			Path: c.Path, Delete: c.Delete, Kind: storedKinds[c.Kind], Mode: c.Mode, Modified: c.Modified, Target: c.Target,
		}
		switch {
		case c.Delete || c.Kind != hostfuncs.KindFile:
		case c.MetaOnly:
			set[i].From = c.Path
		case c.Layer != nil:
			parcelContent(&set[i], c)
		case c.From != "":
			set[i].From = c.From
		default:
			set[i].Content, set[i].Size = c, c.Size
			written += c.Size
		}
	}
	stored, err := m.cfg.Store.Workspace(l.id)
	if err != nil {
		return 0, storeError(err)
	}
	next, err := ws.Rebase()
	if err != nil {
		return 0, fmt.Errorf("workspace after commit: %w", err)
	}
	if err := stored.Commit(context.WithoutCancel(ctx), set); err != nil {
		l.tree.Store(nil) // it may have been written: look again
		return 0, fmt.Errorf("commit: %w", storeError(err))
	}
	l.tree.Store(next)
	return written, nil
}

// ValidEnvName reports whether a variable of the environment may be called s, which is
// [A-Za-z_][A-Za-z0-9_]*.
func ValidEnvName(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', i > 0 && c >= '0' && c <= '9':
		default:
			return false
		}
	}
	return s != ""
}
