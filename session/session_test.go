package session

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/jsengine/transform"
	"github.com/buntime/buntime/shell"
	"github.com/buntime/buntime/storage"
)

var engine *jsengine.Engine

func TestMain(m *testing.M) {
	transform.MaybeServe() // this binary is its own transformer
	code := func() int {
		pool, err := transform.New(transform.Config{Workers: 1})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer pool.Close()
		if engine, err = jsengine.Open(context.Background(), jsengine.Config{Transformer: pool}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer engine.Close()
		return m.Run()
	}()
	if code == 0 {
		err := goleak.Find(
			goleak.IgnoreTopFunction("github.com/golang/glog.(*fileSink).flushDaemon"),
			goleak.IgnoreTopFunction("go.opencensus.io/stats/view.(*worker).start"),
			goleak.IgnoreAnyFunction("github.com/dgraph-io/ristretto/v2/z.(*AllocatorPool).freeupAllocators"),
		)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// fixture is a manager on a real store.
type fixture struct {
	*Manager
	t     testing.TB
	store *storage.Store
	ahead atomic.Int64
}

var key = bytes.Repeat([]byte{9}, storage.MasterKeySize)

func open(t testing.TB, dir string, change func(*Config)) *fixture {
	t.Helper()
	f := &fixture{t: t}
	now := func() time.Time { return time.Now().Add(time.Duration(f.ahead.Load())) }
	var err error
	if f.store, err = storage.Open(t.Context(), storage.Config{Dir: dir, MasterKey: key, Now: now}); err != nil {
		t.Fatal(err)
	}
	policy, err := hostfuncs.ServerPolicy("public", nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Store: f.store, Engine: engine, Policy: policy, Now: now, Sweep: 20 * time.Millisecond}
	if change != nil {
		change(&cfg)
	}
	if f.Manager, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.stop)
	return f
}

func (f *fixture) stop() {
	f.mu.Lock()
	closed := f.closed
	f.mu.Unlock()
	if closed {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := f.Close(ctx); err != nil {
		f.t.Errorf("close: %v", err)
	}
	if n := f.Stats().Memory; n != 0 {
		f.t.Errorf("%d bytes of host memory are still counted", n)
	}
	if err := f.store.Close(); err != nil {
		f.t.Errorf("close the store: %v", err)
	}
}

func (f *fixture) create() string {
	f.t.Helper()
	i, err := f.Create(f.t.Context(), CreateOptions{Tenant: "t"})
	if err != nil {
		f.t.Fatal(err)
	}
	return i.ID
}

func (f *fixture) exec(id, code string) *Result {
	f.t.Helper()
	r, err := f.Execute(f.t.Context(), "t", id, &Execution{Code: code, Language: "js"})
	if err != nil {
		f.t.Fatalf("execute: %v", err)
	}
	if r.ExitCode != 0 {
		f.t.Fatalf("exit %d: %s", r.ExitCode, r.Stderr)
	}
	return r
}

func (f *fixture) read(id, path string) string {
	f.t.Helper()
	c, err := f.OpenFile(f.t.Context(), "t", id, path)
	if err != nil {
		f.t.Fatalf("open %s: %v", path, err)
	}
	defer c.Close()
	b, err := io.ReadAll(c)
	if err != nil {
		f.t.Fatalf("read %s: %v", path, err)
	}
	return string(b)
}

func TestNewID(t *testing.T) {
	seen := map[string]bool{}
	counts := map[rune]int{}
	for range 2000 {
		id := NewID("ses_")
		if len(id) != 24 || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
		for _, c := range id[4:] {
			counts[c]++
		}
	}
	if len(counts) != 36 {
		t.Errorf("%d different characters", len(counts))
	}
}

// A program's changes are visible as a set: a reader sees all of one commit or
// nothing of it, and never waits for a program.
func TestReadersSeeCommits(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	write := func(n int) {
		f.exec(id, fmt.Sprintf(`
			import fs from "node:fs";
			for (let i = 0; i < 20; i++) fs.writeFileSync("f" + i, "%d");
			fs.rmSync("only-%d", { force: true }); fs.writeFileSync("only-%d", "")`, n, n-1, n))
	}
	write(0)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				list, total, err := f.ListFiles(t.Context(), "t", id, "", true, 0, 100)
				if err != nil || total != 21 {
					t.Errorf("%d files, %v", total, err)
					return
				}
				if !slices.ContainsFunc(list, func(i FileInfo) bool { return strings.HasPrefix(i.Path, "only-") }) {
					t.Error("a commit is seen in part")
				}
				f.read(id, "f7")
			}
		})
	}
	for n := 1; n < 30; n++ {
		write(n)
	}
	close(done)
	readers.Wait()
}

// An open file stays what it was, whatever is committed.
func TestOpenFileIsASnapshot(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	ctx := t.Context()
	old := strings.Repeat("old", 100_000)
	if _, err := f.WriteFile(ctx, "t", id, File{Path: "f", Content: []byte(old)}); err != nil {
		t.Fatal(err)
	}
	c, err := f.OpenFile(ctx, "t", id, "f")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := f.DeleteFile(ctx, "t", id, "f", false); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteFile(ctx, "t", id, File{Path: "f", Content: []byte("new")}); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(c); err != nil || string(b) != old {
		t.Errorf("read %d bytes, %v", len(b), err)
	}
	if got := f.read(id, "f"); got != "new" {
		t.Errorf("read %q", got)
	}
}

func TestSymlinks(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	ctx := t.Context()
	f.exec(id, `
		import fs from "node:fs";
		fs.mkdirSync("d"); fs.writeFileSync("d/f", "x");
		fs.symlinkSync("d", "link"); fs.symlinkSync("d/f", "file"); fs.symlinkSync("loop", "loop"); fs.symlinkSync("nowhere", "dead");
		let failed = 0;
		for (const target of ["/etc/passwd", "../..", "d/../../etc"]) try { fs.symlinkSync(target, "out" + failed) } catch { failed++ }
		if (failed != 3) throw new Error("links that lead out: " + failed);`)
	if got := f.read(id, "link/f"); got != "x" {
		t.Errorf("read %q", got)
	}
	if got := f.read(id, "file"); got != "x" {
		t.Errorf("read %q", got)
	}
	if _, err := f.OpenFile(ctx, "t", id, "dead"); !errors.Is(err, ErrFileNotFound) {
		t.Errorf("a dead link: %v", err)
	}
	var invalid *InvalidError
	if _, err := f.OpenFile(ctx, "t", id, "loop"); !errors.As(err, &invalid) {
		t.Errorf("a loop: %v", err)
	}
	list, total, err := f.ListFiles(ctx, "t", id, "link", false, 0, 10)
	if err != nil || total != 1 || list[0].Path != "d/f" {
		t.Errorf("listed %v, %v", list, err)
	}
	list, _, err = f.ListFiles(ctx, "t", id, "", false, 0, 10)
	if err != nil || len(list) != 5 || list[3].Type != TypeSymlink && list[4].Type != TypeSymlink {
		t.Errorf("listed %v, %v", list, err)
	}
	// Deleting a link deletes the link.
	if err := f.DeleteFile(ctx, "t", id, "link", true); err != nil {
		t.Error(err)
	}
	if got := f.read(id, "d/f"); got != "x" {
		t.Errorf("read %q", got)
	}
}

// A session that writes nothing commits nothing, and loads no workspace twice.
func TestNothingWritten(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	f.exec(id, `import fs from "node:fs"; fs.writeFileSync("f", "x")`)
	l := f.use(id)
	defer f.release(l)
	tree := l.tree.Load()
	if tree.Len() != 1 {
		t.Fatalf("%d entries", tree.Len())
	}
	r := f.exec(id, `import fs from "node:fs"; fs.readFileSync("f"); fs.writeFileSync("/tmp/x", "y")`)
	if len(r.Written) != 0 {
		t.Errorf("written %q", r.Written)
	}
	if l.tree.Load() != tree {
		t.Error("a program that wrote nothing changed the workspace")
	}
	r = f.exec(id, `import fs from "node:fs"; console.log(fs.existsSync("/tmp/x")); fs.writeFileSync("f", "x")`)
	if r.Stdout != "false\n" || !slices.Equal(r.Written, []string{"f"}) {
		t.Errorf("/tmp lasts: %q; written %q", r.Stdout, r.Written)
	}
}

// What is held of sessions that nobody uses is bounded.
func TestHeldIsBounded(t *testing.T) {
	f := open(t, t.TempDir(), func(c *Config) { c.CachedEntries = 5 * 17 })
	var ids []string
	for range 20 {
		id := f.create()
		f.exec(id, `import fs from "node:fs"; fs.writeFileSync("f", "x")`)
		ids = append(ids, id)
	}
	if n := f.Stats().Held; n != 5 {
		t.Errorf("%d sessions are held", n)
	}
	for _, id := range ids {
		if got := f.read(id, "f"); got != "x" {
			t.Errorf("read %q", got)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cached != 5*17 || f.lru.Len() != 5 || len(f.live) != 5 {
		t.Errorf("%d names, %d of %d sessions", f.cached, f.lru.Len(), len(f.live))
	}
}

// The bound on host memory ends what goes over it, and only that.
func TestHostMemory(t *testing.T) {
	f := open(t, t.TempDir(), func(c *Config) { c.HostMemory = 8 << 20 })
	id := f.create()
	r := f.exec(id, `
		import fs from "node:fs";
		let n = 0; try { for (;; n++) fs.writeFileSync("/tmp/f" + n, new Uint8Array(1 << 20)) } catch (e) { console.log(e.code, n < 9) }`)
	if r.Stdout != "ENOMEM true\n" {
		t.Errorf("got %q", r.Stdout)
	}
	f.exec(id, `import fs from "node:fs"; fs.writeFileSync("f", new Uint8Array(1 << 20))`)
}

// Who took most of the host's memory leaves room for other tenants.
func TestHostMemoryIsShared(t *testing.T) {
	f := open(t, t.TempDir(), func(c *Config) { c.HostMemory = 8 << 20 })
	other := f.tenantSession("other")
	full := func(context.Context, json.RawMessage) (json.RawMessage, error) {
		r, err := f.Execute(t.Context(), "other", other, &Execution{Language: "js", Code: `import fs from "node:fs"; fs.writeFileSync("f", new Uint8Array(64 << 10))`})
		if err != nil || r.ExitCode != 0 {
			t.Errorf("another tenant's program: %+v, %v", r, err)
		}
		return nil, nil
	}
	r, err := f.Execute(t.Context(), "t", f.create(), &Execution{Language: "js", Funcs: map[string]jsengine.HostFunc{"full": full}, Code: `
		import fs from "node:fs";
		let n = 0;
		for (const size of [1 << 20, 1 << 10]) try { for (;;) fs.writeFileSync("/tmp/f" + n++, new Uint8Array(size)) } catch (e) { console.log(e.code) }
		await host.full()`})
	if err != nil || r.Stdout != "ENOMEM\nENOMEM\n" {
		t.Errorf("got %+v, %v", r, err)
	}
}

// A commit reads what it stores in pieces: a file that is all hole costs its
// program nothing, and must not cost the host its memory.
func TestCommitOfHoles(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	const size = 48 << 20
	f.exec(id, fmt.Sprintf(`import fs from "node:fs"; fs.writeFileSync("hole", ""); fs.truncateSync("hole", %d)`, size))
	files, _, err := f.ListFiles(t.Context(), "t", id, "", false, 0, 10)
	if err != nil || len(files) != 1 || files[0].Size != size {
		t.Errorf("%+v, %v", files, err)
	}
	runtime.GC() // which publishes the profile
	var records []runtime.MemProfileRecord
	for n, ok := runtime.MemProfile(nil, true); !ok; n, ok = runtime.MemProfile(records, true) {
		records = make([]runtime.MemProfileRecord, n+100)
	}
	for i := range records {
		r := &records[i]
		if r.AllocObjects == 0 || r.AllocBytes/r.AllocObjects < 1<<20 {
			continue
		}
		for frames := runtime.CallersFrames(r.Stack()); ; {
			frame, more := frames.Next()
			if strings.HasSuffix(frame.Function, "(*Manager).commit") {
				t.Errorf("%d bytes at once for a commit", r.AllocBytes/r.AllocObjects)
			}
			if !more {
				break
			}
		}
	}
}

// The host reads what is meant for it only as far as such files go: a hole costs
// its program nothing.
func TestManifestOfHoles(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	line := "mkdir -p /tmp/p; cd /tmp/p; echo '{}' > package.json; truncate -s %s package.json; bun run x; echo $?"
	f.command("t", id, fmt.Sprintf(line, "1K"))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := f.command("t", id, fmt.Sprintf(line, "50M"))
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 25<<20 || r.Stdout != "1\n" {
		t.Errorf("%d MiB were allocated for a package.json of 50; %q", n>>20, r.Stdout)
	}
}

// stutter is a standard input that comes byte by byte.
type stutter struct{ left int }

func (s *stutter) ReadContext(_ context.Context, p []byte) (int, error) {
	if s.left--; s.left < 0 {
		return 0, io.EOF
	}
	p[0] = ' '
	return 1, nil
}

// A program on standard input costs the host no more for coming in small pieces.
func TestSourceInPieces(t *testing.T) {
	l := &line{budget: shell.NewBudget(shell.BudgetConfig{Memory: 64 << 20})}
	defer l.budget.Close()
	const size = 100_000
	n := testing.AllocsPerRun(1, func() {
		text, status := l.source(t.Context(), &shell.Program{Args: []string{"node"}, Stdin: &stutter{size}})
		if len(text) != size || status != 0 {
			t.Errorf("%d bytes, status %d", len(text), status)
		}
	})
	if n > size/100 {
		t.Errorf("%.0f allocations for %d bytes", n, size)
	}
}

// After a commit that failed, what was written of it is seen as a whole or not at
// all: names and content are of one commit.
func TestFailedCommit(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir, nil)
	id := f.create()
	f.exec(id, `import fs from "node:fs"; fs.writeFileSync("f", "1")`)
	// The store writes, and then cannot look at its folder.
	at, away := filepath.Join(dir, "badger"), filepath.Join(dir, "away")
	if err := os.Rename(at, away); err != nil {
		t.Fatal(err)
	}
	_, err := f.Execute(t.Context(), "t", id, &Execution{Language: "js", Code: `import fs from "node:fs"; fs.writeFileSync("f", "22")`})
	if err == nil {
		t.Error("no error")
	}
	if err := os.Rename(away, at); err != nil {
		t.Fatal(err)
	}
	r := f.exec(id, `import fs from "node:fs"; console.log(fs.readFileSync("f", "utf8"))`)
	if got := strings.TrimSpace(r.Stdout); got != "1" && got != "22" || got != f.read(id, "f") {
		t.Errorf("a program reads %q, a client %q", got, f.read(id, "f"))
	}
}

func TestCancel(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := f.Execute(ctx, "t", id, &Execution{Code: `import fs from "node:fs"; fs.writeFileSync("f", "x"); for (;;);`})
		done <- err
	}()
	for f.Stats().Running != 1 {
		time.Sleep(time.Millisecond)
	}
	waiting := make(chan error, 1)
	wctx, stop := context.WithCancel(t.Context())
	go func() {
		_, err := f.WriteFile(wctx, "t", id, File{Path: "g"})
		waiting <- err
	}()
	for f.Stats().Waiting != 1 {
		time.Sleep(time.Millisecond)
	}
	stop() // who waits may leave
	if err := <-waiting; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	cancel() // and who runs may be stopped
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	f.exec(id, ``) // the turn was given back
}

// Everything at once, on few sessions: turns are kept, nothing deadlocks, nothing
// is lost, and a deleted session is gone.
func TestHammer(t *testing.T) {
	f := open(t, t.TempDir(), func(c *Config) { c.CachedEntries = 40; c.MaxSessions = 1000 })
	ctx := t.Context()
	tolerable := func(err error) bool {
		var busy *BusyError
		return err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrDeleting) || errors.Is(err, ErrFileNotFound) || errors.As(err, &busy)
	}
	kept := f.create()
	var shared atomic.Pointer[string]
	renew := func() { id := f.create(); shared.Store(&id) }
	renew()
	var wg sync.WaitGroup
	const workers, rounds = 6, 30
	for w := range workers {
		wg.Go(func() {
			for i := range rounds {
				id := *shared.Load()
				var err error
				switch (w + i) % 6 {
				case 0:
					_, err = f.Execute(ctx, "t", id, &Execution{Code: fmt.Sprintf(`import fs from "node:fs"; fs.writeFileSync("f%d", "x")`, i), Language: "js"})
				case 1:
					_, err = f.WriteFile(ctx, "t", id, File{Path: "g", Content: []byte("x")})
				case 2:
					_, _, err = f.ListFiles(ctx, "t", id, "", true, 0, 10)
				case 3:
					if i%10 == 3 {
						if err = f.Delete(ctx, "t", id); err == nil {
							renew()
						}
					}
				case 4:
					_, err = f.Update(ctx, "t", id, Update{Metadata: json.RawMessage(`{}`)})
				case 5:
					_, err = f.Execute(ctx, "t", kept, &Execution{Code: `import fs from "node:fs"; fs.appendFileSync("n", "x")`, Language: "js"})
				}
				if !tolerable(err) {
					t.Errorf("worker %d, round %d: %v", w, i, err)
				}
			}
		})
	}
	wg.Wait()
	i, err := f.Get(ctx, "t", kept)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(f.read(kept, "n")); int64(n) != i.Usage.Executions || n != workers*rounds/6 {
		t.Errorf("%d appends, %d executions counted", n, i.Usage.Executions)
	}
	if n, err := f.store.CountSessions("t"); err != nil || n != 2 {
		t.Errorf("%d sessions, %v", n, err)
	}
}

// Quotas hold under concurrent creation.
func TestQuotaUnderConcurrency(t *testing.T) {
	f := open(t, t.TempDir(), func(c *Config) { c.MaxSessions = 3 })
	var wg sync.WaitGroup
	var made, refused atomic.Int64
	for range 12 {
		wg.Go(func() {
			_, err := f.Create(t.Context(), CreateOptions{Tenant: "t"})
			var quota *QuotaError
			switch {
			case err == nil:
				made.Add(1)
			case errors.As(err, &quota):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if made.Load() != 3 || refused.Load() != 9 {
		t.Errorf("%d made, %d refused", made.Load(), refused.Load())
	}
}

// What a program changed survives a restart; a session that expired meanwhile
// does not.
func TestRestart(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir, nil)
	id := f.create()
	brief, err := f.Create(t.Context(), CreateOptions{Tenant: "t", TTL: MinTTL})
	if err != nil {
		t.Fatal(err)
	}
	f.exec(id, `import fs from "node:fs"; fs.mkdirSync("a/b", { recursive: true }); fs.writeFileSync("a/b/c", "x".repeat(200000)); fs.symlinkSync("b/c", "a/l"); fs.chmodSync("a/b/c", 0o600)`)
	f.stop()
	f = open(t, dir, nil)
	f.ahead.Store(int64(6 * time.Minute))
	if got := f.read(id, "a/l"); len(got) != 200000 {
		t.Errorf("read %d bytes", len(got))
	}
	r := f.exec(id, `import fs from "node:fs"; console.log((fs.statSync("a/b/c").mode & 0o777).toString(8), fs.readlinkSync("a/l"))`)
	if r.Stdout != "600 b/c\n" {
		t.Errorf("got %q", r.Stdout)
	}
	if i, err := f.Get(t.Context(), "t", id); err != nil || i.Usage.Executions != 2 || i.Files != 1 {
		t.Errorf("got %+v, %v", i, err)
	}
	for { // until the sweeper came by
		if n, err := f.store.CountSessions("t"); err != nil {
			t.Fatal(err)
		} else if n == 1 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if _, err := f.Get(t.Context(), "t", brief.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// A manager that is closed does nothing more.
// Names are looked up as far as the policy lets a program reach them.
func TestLookup(t *testing.T) {
	f := open(t, t.TempDir(), func(c *Config) {
		var err error
		if c.Policy, err = hostfuncs.ServerPolicy("none", []string{"open.invalid:443"}); err != nil {
			t.Fatal(err)
		}
	})
	r := f.exec(f.create(), `import dns from "node:dns";
		for (const name of ["open.invalid", "closed.invalid"]) await dns.promises.lookup(name).catch(e => console.log(name, e.code))`)
	if want := "open.invalid ENOTFOUND\nclosed.invalid ERR_CAPABILITY_DENIED\n"; r.Stdout != want {
		t.Errorf("got %q, want %q", r.Stdout, want)
	}
}

// A session that is being deleted when the manager closes is erased after what
// runs in it has ended, not under it.
func TestClosedWhileDeleting(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	in, out := make(chan struct{}), make(chan struct{})
	hold := func(context.Context, json.RawMessage) (json.RawMessage, error) {
		close(in)
		<-out // whatever cancels it
		return nil, nil
	}
	var calls sync.WaitGroup
	calls.Go(func() {
		_, err := f.Execute(t.Context(), "t", id, &Execution{Code: `await host.hold()`, Language: "js", Funcs: map[string]jsengine.HostFunc{"hold": hold}})
		if !errors.Is(err, ErrDeleting) {
			t.Errorf("what ran: %v", err)
		}
	})
	<-in
	deleted := make(chan error, 1)
	calls.Go(func() { deleted <- f.Delete(t.Context(), "t", id) })
	until := func(what error, call func() error) {
		for err := call(); !errors.Is(err, what); err = call() {
			time.Sleep(time.Millisecond)
		}
	}
	until(ErrDeleting, func() error { _, err := f.Update(t.Context(), "t", id, Update{}); return err })
	calls.Go(func() {
		if err := f.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	until(ErrClosed, func() error { _, err := f.Get(t.Context(), "t", id); return err })
	for range 20 { // as many writes as would do it several times over
		if err := f.store.PutSetting(t.Context(), "wait", []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.store.Session(id); err != nil || len(deleted) > 0 {
		t.Errorf("it was erased while its program ran: %v", err)
	}
	close(out)
	calls.Wait()
	if err := <-deleted; err != nil {
		t.Error(err)
	}
	if _, err := f.store.Session(id); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("it was not erased: %v", err)
	}
	if err := f.store.Close(); err != nil {
		t.Error(err)
	}
}

func TestClosed(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	f.stop()
	ctx := t.Context()
	_, err1 := f.Create(ctx, CreateOptions{Tenant: "t"})
	_, err2 := f.Get(ctx, "t", id)
	_, err3 := f.Execute(ctx, "t", id, &Execution{})
	_, err4 := f.Run(ctx, "t", &Execution{}, Limits{}, nil)
	_, err5 := f.WriteFile(ctx, "t", id, File{Path: "f"})
	_, err6 := f.OpenFile(ctx, "t", id, "f")
	_, _, err7 := f.List(ctx, "t", 0, 1)
	for i, err := range []error{err1, err2, err3, err4, err5, err6, err7, f.Delete(ctx, "t", id), f.Ready(ctx)} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if err := f.Close(ctx); err != nil { // again
		t.Error(err)
	}
}

// Caches are told of every session that goes.
func TestForget(t *testing.T) {
	var mu sync.Mutex
	var forgotten []string
	f := open(t, t.TempDir(), func(c *Config) {
		c.Forget = func(scope string) {
			mu.Lock()
			defer mu.Unlock()
			forgotten = append(forgotten, scope)
		}
	})
	id := f.create()
	if err := f.Delete(t.Context(), "t", id); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(forgotten, []string{sessionScope(id)}) {
		t.Errorf("forgotten %q", forgotten)
	}
}
