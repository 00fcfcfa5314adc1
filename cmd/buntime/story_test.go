package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/buntime/buntime/storage"
)

// The story of the README: TypeScript in two files, with top-level await, that
// writes a file, which is there after a restart.
func TestStory(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	p := startProcess(t, data, nil, "--example")
	if !strings.Contains(p.out.String(), "curl -sS -X POST "+p.url+"/api/sessions/create") {
		t.Errorf("no command to try in %q", p.out)
	}
	id := p.session(nil)
	status, v := p.call("POST", "/execute", map[string]any{
		"sessionId": id,
		"files":     []map[string]any{{"path": "greet.ts", "content": "export const greet = (name: string): string => 'Hello, ' + name"}},
		"code":      "import { greet } from './greet.ts'\nconst text: string = await Promise.resolve(greet('world'))\nawait Bun.write('hello.txt', text)\nconsole.log(text)",
	})
	fuel, _ := v["fuel"].(float64)
	cpu, _ := v["cpuTime"].(float64)
	written := fmt.Sprint(v["filesWritten"])
	if status != 200 || v["stdout"] != "Hello, world\n" || v["exitCode"] != 0.0 || !strings.Contains(written, "hello.txt") || fuel <= 0 || cpu <= 0 {
		t.Fatalf("execute: %d %v", status, v)
	}
	p.end(syscall.SIGTERM)

	p = startProcess(t, data, nil)
	if got := p.read(id, "hello.txt"); got != "Hello, world" {
		t.Errorf("after a restart the file holds %q", got)
	}
	p.end(syscall.SIGINT)
}

// The root key that the first start makes is printed once, and stays valid.
func TestGeneratedRootKey(t *testing.T) {
	data := t.TempDir()
	m := regexp.MustCompile(`root key .*: (btk_\S{43})\n`)
	// Not printed by a start that fails, so not made by it either.
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	var out, errs syncBuffer
	if code := run(t.Context(), []string{"buntime", "serve", "--listen", "127.0.0.1:0", "--data", data, "--metrics-listen", busy.Addr().String()}, strings.NewReader(""), &out, &errs); code != exitInternal {
		t.Errorf("exit code %d: %s", code, &errs)
	}
	p := startUnkeyed(t, data)
	found := m.FindStringSubmatch(p.out.String())
	if found == nil {
		t.Fatalf("no root key in %q", p.out)
	}
	p.key = found[1]
	id := p.session(nil)
	if strings.Contains(p.logs.String(), p.key) {
		t.Error("the root key is in the log")
	}
	p.end(syscall.SIGTERM)
	p = startUnkeyed(t, data)
	if strings.Contains(p.out.String(), "root key") {
		t.Errorf("a root key is printed again: %q", p.out)
	}
	p.key = found[1]
	if status, v := p.call("GET", "/sessions/"+id, nil); status != 200 {
		t.Errorf("the root key of the first start: %d %v", status, v)
	}
	p.end(syscall.SIGTERM)
}

// startUnkeyed starts a server that is given no root key.
func startUnkeyed(t *testing.T, data string) *process {
	t.Helper()
	return startProcess(t, data, []string{unkeyed})
}

// gate is a loopback server that holds requests until open is closed.
func gate(t *testing.T) (url, port string, reached chan struct{}, open chan struct{}) {
	t.Helper()
	reached, open = make(chan struct{}, 8), make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached <- struct{}{}
		if r.URL.Path == "/wait" {
			select {
			case <-open:
			case <-r.Context().Done():
			}
		}
		fmt.Fprint(w, "go")
	}))
	t.Cleanup(srv.Close)
	_, port, err := net.SplitHostPort(srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return srv.URL, port, reached, open
}

type answer struct {
	status int
	body   map[string]any
}

// SIGTERM lets what runs finish, and its files are there afterwards; what is new
// is refused. A second signal ends the wait.
func TestSignals(t *testing.T) {
	url, port, reached, open := gate(t)
	execute := func(p *process, id, code string) chan answer {
		done := make(chan answer, 1)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			defer close(done)
			status, v := p.call("POST", "/execute", map[string]any{"sessionId": id, "code": code, "timeout": 300})
			done <- answer{status, v}
		}()
		select {
		case <-reached:
		case <-ended:
			t.Fatalf("the execution ended early: %v", <-done)
		}
		return done
	}
	term := func(p *process) {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		for !strings.Contains(p.logs.String(), "shutting down") {
			time.Sleep(time.Millisecond)
		}
	}
	data := t.TempDir()
	p := startProcess(t, data, nil, "--egress-allow", "127.0.0.1:"+port)
	id, other := p.session(nil), p.session(nil)
	done := execute(p, id, `await Bun.write('first', '1'); const r = await fetch('`+url+`/wait'); await Bun.write('second', await r.text()); console.log('finished')`)
	term(p)
	if status, v := p.call("POST", "/execute", map[string]any{"sessionId": other, "code": "1"}); status != http.StatusServiceUnavailable {
		t.Errorf("new work while shutting down: %d %v", status, v)
	}
	close(open)
	if a := <-done; a.status != 200 || a.body["stdout"] != "finished\n" {
		t.Errorf("the running execution: %v", a)
	}
	if err := p.wait(); err != nil {
		t.Fatalf("exit: %v\n%s", err, p.logs)
	}

	p = startProcess(t, data, nil, "--egress-allow", "127.0.0.1:"+port)
	if got := p.read(id, "first") + p.read(id, "second"); got != "1go" {
		t.Errorf("the files hold %q", got)
	}
	done = execute(p, id, `await Bun.write('third', '3'); await fetch('`+url+`/'); for (;;);`)
	term(p)
	p.end(syscall.SIGINT) // hurries
	if a := <-done; a.status != http.StatusServiceUnavailable {
		t.Errorf("the cancelled execution: %v", a)
	}

	p = startProcess(t, data, nil)
	if got := p.read(id, "third"); got != "3" {
		t.Errorf("the cancelled execution's file holds %q", got)
	}
	p.end(syscall.SIGTERM)
}

// What expired while no server ran is erased by the next one.
func TestExpiredMeanwhile(t *testing.T) {
	data := t.TempDir()
	p := startProcess(t, data, nil)
	brief, long := p.session(map[string]any{"ttl": 300}), p.session(map[string]any{"ttl": 3600})
	p.end(syscall.SIGTERM)
	for {
		p = startProcess(t, data, []string{asLater + "=400s"})
		if status, _ := p.call("GET", "/sessions/"+brief, nil); status != http.StatusNotFound {
			t.Errorf("the expired session: %d", status)
		}
		if status, _ := p.call("GET", "/sessions/"+long, nil); status != http.StatusOK {
			t.Errorf("the other session: %d", status)
		}
		p.end(syscall.SIGTERM)
		store, err := storage.Open(t.Context(), storage.Config{Dir: data})
		if err != nil {
			t.Fatal(err)
		}
		_, err = store.Session(brief)
		if cerr := store.Close(); cerr != nil {
			t.Fatal(cerr)
		}
		if err != nil { // swept, which happens at a start's leisure
			break
		}
	}
}
