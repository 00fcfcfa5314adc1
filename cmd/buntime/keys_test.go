package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// The root key goes to the server that was named, whatever it answers.
func TestKeyStays(t *testing.T) {
	var stolen atomic.Int64
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { stolen.Add(1) }))
	t.Cleanup(thief.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		var asked atomic.Int64
		mux := http.NewServeMux()
		mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			if r.Header.Get("Authorization") != "Bearer "+testRootKey {
				t.Error("the server named does not get the key")
			}
			to := thief.URL
			if r.Method == http.MethodGet {
				to = "/elsewhere" // on the same server
			}
			http.Redirect(w, r, to+r.URL.Path, status)
		})
		mux.HandleFunc("/elsewhere/", func(http.ResponseWriter, *http.Request) { stolen.Add(1) })
		srv := httptest.NewServer(mux)
		t.Setenv("BUNTIME_ROOT_KEY", testRootKey)
		t.Setenv("HTTP_PROXY", thief.URL)
		for _, args := range [][]string{{"list"}, {"create", "--name", "x"}, {"delete", "key_1"}, {"rotate", "key_1"}} {
			var out, errs syncBuffer
			code := run(t.Context(), append([]string{"buntime", "keys", args[0], "--server", srv.URL}, args[1:]...), strings.NewReader(""), &out, &errs)
			if code != exitInternal || strings.Count(errs.String(), "\n") != 1 || strings.Contains(errs.String(), testRootKey) || out.String() != "" {
				t.Errorf("%v, answered %d: exit code %d, %q, %q", args, status, code, &out, &errs)
			}
		}
		srv.Close()
		if n := asked.Load(); n != 4 {
			t.Errorf("%d requests, want 4", n)
		}
	}
	if n := stolen.Load(); n != 0 {
		t.Errorf("%d requests followed a redirect", n)
	}
}

// The command to try is pasted into a shell: a path is one word of it, whatever it is called.
func TestExampleQuotesThePath(t *testing.T) {
	file := filepath.Join(t.TempDir(), "it's $HOME", "root-key")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("the key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	script := (&server{url: "http://127.0.0.1:1", rootFile: file}).example()
	_, script, _ = strings.Cut(script, "\nKEY=")
	line, _, _ := strings.Cut("KEY="+script, "\n")
	out, err := exec.Command("sh", "-c", line+"\n"+`printf %s "$KEY"`).Output()
	if err != nil || string(out) != "the key" {
		t.Errorf("%s\ngave %q, %v", line, out, err)
	}
}
