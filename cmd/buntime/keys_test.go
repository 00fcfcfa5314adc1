package main

import (
	"net/http"
	"net/http/httptest"
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
