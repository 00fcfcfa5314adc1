package api

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/session"
	"github.com/buntime/buntime/storage"
)

// serveForTest is what the test binary does as a child process: it serves dir on
// a free port, which it prints, until it is killed.
func serveForTest(dir string) {
	check := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	ctx := context.Background()
	store, err := storage.Open(ctx, storage.Config{Dir: dir, MasterKey: masterKey})
	check(err)
	keys, _, err := session.OpenKeys(ctx, store, rootKey, nil)
	check(err)
	mgr, err := session.New(session.Config{Store: store, Engine: engine})
	check(err)
	srv, err := New(Config{Sessions: mgr, Keys: keys, Store: store})
	check(err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println(ln.Addr())
	check(srv.Serve(ln))
}

// What a response said was done is there after kill -9: sessions, files, keys,
// idempotency records; and what was deleted is not.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "BUNTIME_TEST_SERVE="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	killed := false
	kill := func() {
		if !killed {
			killed = true
			cmd.Process.Kill()
			cmd.Wait()
		}
	}
	defer kill()
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	child := &server{t: t, addr: strings.TrimSpace(addr), url: "http://" + strings.TrimSpace(addr)}
	key, _ := child.key("acme")
	kept := child.do("POST", "/sessions/create", `{"ttl":600000,"metadata":{"m":"x"}}`, "key", key, "Idempotency-Key", "k")
	id := kept.str("sessionId")
	brief := child.do("POST", "/sessions/create", `{"ttl":300}`, "key", key).str("sessionId")
	gone := child.create("key", key)
	child.write(id, "a/f", "one")
	child.write(gone, "f", "two")
	r := child.exec(id, `import fs from "node:fs"; fs.writeFileSync("g", "made"); fs.renameSync("a/f", "a/h")`)
	child.want(r, 200, "")
	child.want(child.do("DELETE", "/sessions/"+gone, nil), 200, "")
	client.CloseIdleConnections()
	kill()

	s := newServer(t, options{dir: dir})
	for path, want := range map[string]string{"a/h": "one", "g": "made"} {
		if r := s.read(id, path); string(r.body) != want {
			t.Errorf("%s: %s", path, r)
		}
	}
	s.want(s.read(id, "a/f"), 404, "file_not_found")
	s.want(s.do("GET", "/sessions/"+gone, nil), 404, "session_not_found")
	g := s.do("GET", "/sessions/"+id, nil, "key", key)
	if g.status != 200 || g.str("metadata.m") != "x" || g.get("filesCount") != 2. {
		t.Errorf("got %s", g)
	}
	if r := s.do("POST", "/sessions/create", `{"ttl":600000,"metadata":{"m":"x"}}`, "key", key, "Idempotency-Key", "k"); string(r.body) != string(kept.body) {
		t.Errorf("the first response is not given again: %s", r)
	}
	// The one that expired while nobody served is swept.
	s.stop()
	s = newServer(t, options{dir: dir, ahead: 400 * time.Second})
	for {
		n, err := s.store.CountSessions("acme")
		if err != nil {
			t.Fatal(err)
		}
		if n == 1 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	s.want(s.do("GET", "/sessions/"+brief, nil), 404, "session_not_found")
	s.want(s.do("GET", "/sessions/"+id, nil), 200, "")
}
