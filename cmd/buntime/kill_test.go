package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// changes is what one client did to a server that is killed: up to the answers
// that it got, and at most one step more, which is there as a whole or not at all.
type changes struct {
	session  string
	executed int      // the last execution that was answered
	written  int      // the last file that was
	made     []string // sessions
	deleted  []string // of those made
	doubt    string   // the step without an answer: "execute", "write", "create", or the session whose deletion it is
}

const changingProgram = `
	import fs from 'node:fs'
	const n = import.meta.input
	fs.rmSync('set', { recursive: true, force: true })
	fs.mkdirSync('set')
	for (let i = 0; i < 8; i++) fs.writeFileSync('set/' + i, String(n))
	if (n % 2) fs.writeFileSync('odd', ''); else fs.rmSync('odd', { force: true })
	fs.writeFileSync('big', (n + ' ').repeat(20000))
	console.log(n)`

// step does one random thing. It returns false when the server is gone.
func (c *changes) step(p *process) bool {
	var method, path string
	var body map[string]any
	var done func(answer map[string]any)
	switch n := rand.IntN(10); {
	case n < 5:
		next := c.executed + 1
		method, path, c.doubt = "POST", "/execute", "execute"
		body = map[string]any{"sessionId": c.session, "code": changingProgram, "input": next}
		done = func(v map[string]any) {
			if v["stdout"] != fmt.Sprintln(next) {
				p.t.Errorf("execution %d: %v", next, v)
			}
			c.executed = next
		}
	case n < 8:
		next := c.written + 1
		method, path, c.doubt = "POST", "/files/write", "write"
		body = map[string]any{"sessionId": c.session, "path": "written", "content": strings.Repeat(fmt.Sprintln(next), 1+next*997%30_000)}
		done = func(map[string]any) { c.written = next }
	case n < 9 || len(c.made) == 0:
		method, path, c.doubt = "POST", "/sessions/create", "create"
		done = func(v map[string]any) { c.made = append(c.made, v["sessionId"].(string)) }
	default:
		id := c.made[len(c.made)-1]
		method, path, c.doubt = "DELETE", "/sessions/"+id, id
		done = func(map[string]any) {
			c.made, c.deleted = c.made[:len(c.made)-1], append(c.deleted, id)
		}
	}
	status, v, err := p.try(method, path, body)
	if err != nil {
		return false
	}
	if c.doubt = ""; status != http.StatusOK {
		p.t.Errorf("%s %s: %d %v", method, path, status, v)
		return false
	}
	done(v)
	return true
}

// check holds a server that was started again to what c did.
func (c *changes) check(p *process) {
	within := func(what, got string, last int, doubt bool) int {
		p.t.Helper()
		n, err := strconv.Atoi(got)
		if err != nil || n != last && !(doubt && n == last+1) {
			p.t.Fatalf("%s is %q after %d answers, one more in doubt: %v", what, got, last, doubt)
		}
		return n
	}
	status := func(path string) int {
		n, _ := p.raw("GET", "/files/read?sessionId="+c.session+"&path="+path, nil)
		return n
	}
	if c.executed > 0 || status("set/0") == http.StatusOK {
		n := within("execution", p.read(c.session, "set/0"), c.executed, c.doubt == "execute")
		for i := 1; i < 8; i++ {
			if got := p.read(c.session, fmt.Sprint("set/", i)); got != strconv.Itoa(n) {
				p.t.Errorf("set/%d is %q in execution %d", i, got, n)
			}
		}
		if big := p.read(c.session, "big"); big != strings.Repeat(fmt.Sprint(n, " "), 20000) {
			p.t.Errorf("the large file is not of execution %d", n)
		}
		if got := status("odd"); (got == http.StatusOK) != (n%2 == 1) {
			p.t.Errorf("status %d of a file that only odd executions have, in %d", got, n)
		}
		c.executed = n
	} else if status("odd") != http.StatusNotFound || status("big") != http.StatusNotFound {
		p.t.Error("a part of the first execution is there")
	}
	if status, raw := p.raw("GET", "/files/read?path=written&sessionId="+c.session, nil); c.written > 0 || status == http.StatusOK {
		line, _, _ := strings.Cut(string(raw), "\n")
		n := within("the file", line, c.written, c.doubt == "write")
		if string(raw) != strings.Repeat(line+"\n", 1+n*997%30_000) {
			p.t.Errorf("the file %d is cut", n)
		}
		c.written = n
	}
	for _, id := range c.made {
		if status, v := p.call("GET", "/sessions/"+id, nil); status != http.StatusOK && id != c.doubt {
			p.t.Errorf("a session that was made: %d %v", status, v)
		}
	}
	for _, id := range c.deleted {
		if status, v := p.call("GET", "/sessions/"+id, nil); status != http.StatusNotFound {
			p.t.Errorf("a session that was deleted: %d %v", status, v)
		}
	}
	if n := len(c.made); n > 0 && c.made[n-1] == c.doubt {
		if status, _ := p.call("GET", "/sessions/"+c.doubt, nil); status == http.StatusNotFound {
			c.made, c.deleted = c.made[:n-1], append(c.deleted, c.doubt)
		}
	}
	c.doubt = ""
}

// After kill -9 at any moment a server that is started again has all that was
// answered, of the one step that was not all or nothing, and serves (I5).
func TestKilledWhileRunning(t *testing.T) {
	const clients, rounds = 4, 6
	data := t.TempDir()
	p := startProcess(t, data, nil, "--log-level", "warn")
	all := make([]*changes, clients)
	for i := range all {
		all[i] = &changes{session: p.session(nil)}
	}
	steps := 0
	for range rounds {
		var wg sync.WaitGroup
		var counts [clients]int
		for i, c := range all {
			wg.Go(func() {
				for c.step(p) {
					counts[i]++
				}
			})
		}
		wg.Go(func() { _, _, _ = p.try("POST", "/run", map[string]any{"code": "for (;;);"}) }) // the guest goes with the server
		time.Sleep(time.Duration(rand.Int64N(int64(300 * time.Millisecond))))                  // any moment will do
		p.kill()
		wg.Wait()
		for _, n := range counts {
			steps += n
		}
		p = startProcess(t, data, nil, "--log-level", "warn")
		for _, c := range all {
			c.check(p)
		}
	}
	t.Logf("%d answers", steps)
	for _, c := range all {
		if !c.step(p) {
			t.Error("the server does not serve")
		}
	}
	p.end(syscall.SIGTERM)
}

// try sends a request; the error is the connection's.
func (s *testServer) try(method, path string, body map[string]any) (int, map[string]any, error) {
	var r io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		r = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+"/api"+path, r)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	var v map[string]any
	err = json.NewDecoder(resp.Body).Decode(&v)
	return resp.StatusCode, v, err
}
