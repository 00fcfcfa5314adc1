package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unicode/utf16"
)

// marker returns a text that is put in one place alone.
func marker(place string) string { return "Marker-" + place + "-kW93xQ" }

// plantMarkers puts a marker wherever a client or a guest can put data. Those of
// stored are in what the store keeps, not only passing through.
func plantMarkers(s *testServer) (stored, passing []string) {
	post := func(path string, headers map[string]string, body string) {
		s.t.Helper()
		req, err := http.NewRequestWithContext(s.t.Context(), "POST", s.url+"/api"+path, strings.NewReader(body))
		if err != nil {
			s.t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+s.key)
		req.Header.Set("Content-Type", "application/json")
		for k, v := range headers {
			req.Header.Set(k, v)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			s.t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			var b bytes.Buffer
			_, _ = b.ReadFrom(resp.Body) // only to say more
			s.t.Fatalf("%s: %d %s", path, resp.StatusCode, &b)
		}
	}
	id := s.session(map[string]any{"metadata": map[string]any{"m": marker("metadata")}, "egress": map[string]any{"allow": []string{strings.ToLower(marker("egress")) + ".example"}}})
	post("/execute", map[string]string{"Idempotency-Key": marker("idempotencykey")}, fmt.Sprintf(`{
		"sessionId": %q, "language": "ts", "env": {"SECRET": %q}, "input": %q,
		"files": [{"path": %q, "content": %q}],
		"code": %q}`,
		id, marker("env"), marker("input"), "dir/"+marker("name"), marker("content"),
		`import fs from 'node:fs'
		const source: string = '`+marker("source")+`'
		fs.writeFileSync('/workspace/`+marker("guestname")+`', '`+"Marker-guest"+`'+'content-kW93xQ')
		fs.writeFileSync('/tmp/`+marker("tmp")+`', source)
		fs.symlinkSync('`+marker("target")+`', 'link')
		console.log('Marker-' + 'stdout-kW93xQ'); console.error('Marker-' + 'stderr-kW93xQ')
		export default 'Marker-' + 'result-kW93xQ'`))
	post("/run", nil, fmt.Sprintf(`{"code": %q, "language": "ts"}`, "console.log('"+marker("run")+"')"))
	post("/keys", nil, fmt.Sprintf(`{"name": %q, "tenant": "acme"}`, marker("keyname")))
	stored = []string{
		marker("metadata"), strings.ToLower(marker("egress")), marker("name"), marker("content"), marker("guestname"), marker("guestcontent"),
		marker("target"), marker("stdout"), marker("stderr"), marker("result"), marker("keyname"),
	}
	passing = []string{marker("idempotencykey"), marker("env"), marker("input"), marker("source"), marker("tmp"), marker("run"), s.key}
	return stored, passing
}

// findMarkers returns which texts occur in the files and names under dir, as
// UTF-8 or UTF-16.
func findMarkers(t *testing.T, dir string, markers []string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		b = append(b, path...)
		for _, m := range markers {
			var wide []byte
			for _, u := range utf16.Encode([]rune(m)) {
				wide = append(wide, byte(u), byte(u>>8))
			}
			if bytes.Contains(b, []byte(m)) || bytes.Contains(b, wide) {
				found[m] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// What clients and guests say is nowhere in the data directory: while the server
// runs, after kill -9, after a stop. With encryption off the same search finds
// what is stored (I8).
func TestNoPlaintext(t *testing.T) {
	for name, env := range map[string][]string{"sealed": nil, "plain": {asPlaintext + "=1"}} {
		t.Run(name, func(t *testing.T) {
			data := t.TempDir()
			p := startProcess(t, data, env)
			stored, passing := plantMarkers(&p.testServer)
			check := func(when string) {
				t.Helper()
				found := findMarkers(t, data, append(passing, stored...))
				if name == "sealed" {
					if len(found) > 0 {
						t.Errorf("%s: found %v", when, found)
					}
					return
				}
				for _, m := range stored {
					if !found[m] {
						t.Errorf("%s: the search does not find %s, which is there", when, m)
					}
				}
			}
			check("running")
			p.kill()
			check("killed")
			p = startProcess(t, data, env)
			p.end(syscall.SIGTERM)
			check("stopped")
			if found := findMarkers(t, data, passing); len(found) > 0 {
				t.Errorf("what need not be stored is stored: %v", found)
			}
		})
	}
}
