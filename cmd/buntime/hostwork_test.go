package main

import (
	"bytes"
	"compress/gzip"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Work that the host does for a guest is on its bill, is bounded, and ends with
// it (I12).
func TestHostWork(t *testing.T) {
	// 1 GiB of zeros in 64 members of a gzip stream.
	var member, bomb bytes.Buffer
	zip := gzip.NewWriter(&member)
	if _, err := zip.Write(make([]byte, 16<<20)); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	for range 64 {
		bomb.Write(member.Bytes())
	}
	reached, gone := make(chan struct{}, 8), make(chan struct{}, 8)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes()) // the client may give up
		case "/endless":
			chunk := make([]byte, 1<<20)
			for {
				if _, err := w.Write(chunk); err != nil {
					gone <- struct{}{}
					return
				}
			}
		case "/wait":
			reached <- struct{}{}
			<-r.Context().Done()
			gone <- struct{}{}
		}
	}))
	t.Cleanup(srv.Close)
	_, port, err := net.SplitHostPort(srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s := startServer(t, t.TempDir(), "--log-level", "warn", "--egress-allow", "127.0.0.1:"+port)
	id := s.session(map[string]any{"resourceLimits": map[string]any{"memory": 64}})

	tests := map[string]struct {
		code    string
		fuel    int64
		timeout int
		limit   string // kind; "": an error that the guest sees
		gone    bool   // the server at the other end sees the connection close
	}{
		"random bytes, by fuel":     {code: `const b = new Uint8Array(65536); for (;;) crypto.getRandomValues(b)`, fuel: 50_000_000, limit: "fuel"},
		"random bytes, by time":     {code: `const b = new Uint8Array(65536); for (;;) crypto.getRandomValues(b)`, timeout: 1, limit: "time"},
		"URLs, by fuel":             {code: `const s = 'http://x/' + '%41'.repeat(20000); for (;;) new URL(s)`, fuel: 50_000_000, limit: "fuel"},
		"a huge URL":                {code: `try { new URL('http://x/' + 'a'.repeat(5 << 20)); console.log('all of it') } catch (e) { console.log(e.code) }`},
		"large URLs, by time":       {code: `const s = 'http://x/' + 'a'.repeat(1 << 20); for (;;) new URL(s)`, timeout: 1, limit: "time"},
		"file writes, by fuel":      {code: `import fs from 'node:fs'; const b = new Uint8Array(1 << 20); for (;;) fs.writeFileSync('f', b)`, fuel: 50_000_000, limit: "fuel"},
		"a decompression bomb":      {code: `try { await (await fetch(import.meta.input + '/bomb')).arrayBuffer(); console.log('all of it') } catch (e) { console.log('refused', e.name) }`, timeout: 60},
		"an endless body":           {code: `try { await (await fetch(import.meta.input + '/endless')).arrayBuffer(); console.log('all of it') } catch (e) { console.log('refused', e.name) }`, timeout: 60, gone: true},
		"a fetch, by time":          {code: `await fetch(import.meta.input + '/wait')`, timeout: 1, limit: "time", gone: true},
		"a fetch left behind":       {code: `fetch(import.meta.input + '/wait').catch(() => {}); setTimeout(() => process.exit(0), 300)`, gone: true},
		"transforms, by time":       {code: `for (let i = 0; ; i++) await import('data:text/typescript,' + i).catch(() => {})`, timeout: 1, limit: "time"},
		"imports of TypeScript":     {code: `import fs from 'node:fs'; for (let i = 0; ; i++) { fs.writeFileSync('m' + i + '.ts', 'export const n: number = ' + i); await import('./m' + i + '.ts') }`, timeout: 1, limit: "time"},
		"a large source to compile": {code: `import fs from 'node:fs'; fs.writeFileSync('big.ts', 'export const a: number[] = [' + '1,'.repeat(3e6) + ']'); await import('./big.ts')`, timeout: 1, limit: "any"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s.t = t
			body := map[string]any{"sessionId": id, "code": tt.code, "input": srv.URL}
			if tt.fuel != 0 {
				body["fuel"] = tt.fuel
			}
			if tt.timeout != 0 {
				body["timeout"] = tt.timeout
			}
			status, v := s.call("POST", "/execute", body)
			if e, ok := v["error"].(map[string]any); ok {
				v, _ = e["details"].(map[string]any)
			}
			limit, _ := v["limit"].(map[string]any)
			kind, _ := limit["kind"].(string)
			stdout, _ := v["stdout"].(string)
			switch {
			case status >= 500 && status != http.StatusInsufficientStorage:
				t.Errorf("status %d: %.600v", status, v)
			case tt.limit != "any" && kind != tt.limit:
				t.Errorf("limit %q, want %q: %d %.600v", kind, tt.limit, status, v)
			case strings.Contains(stdout, "all of it"):
				t.Error("a guest of 64 MB took all of it")
			}
			if tt.gone {
				<-gone
			}
			if status, v := s.call("POST", "/run", map[string]any{"code": "console.log(1 + 1)"}); status != http.StatusOK || v["stdout"] != "2\n" {
				t.Errorf("afterwards: %d %v", status, v)
			}
		})
	}
	t.Run("a deleted session's", func(t *testing.T) {
		s.t = t
		id := s.session(nil)
		done := make(chan int, 1)
		go func() {
			defer close(done)
			status, _ := s.call("POST", "/execute", map[string]any{"sessionId": id, "code": `await fetch(import.meta.input + '/wait')`, "input": srv.URL, "timeout": 300})
			done <- status
		}()
		for len(reached) > 0 { // of the tests before
			<-reached
		}
		<-reached
		if status, v := s.call("DELETE", "/sessions/"+id, nil); status != http.StatusOK {
			t.Errorf("delete: %d %v", status, v)
		}
		<-gone
		if got := <-done; got != http.StatusConflict && got != http.StatusNotFound {
			t.Errorf("the deleted session's execution: status %d", got)
		}
	})
}
