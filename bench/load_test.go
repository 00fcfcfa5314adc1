package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	wrong := errors.New("a wrong answer")
	tests := map[string]struct {
		handler http.HandlerFunc
		want    string // part of the error; "" if none
	}{
		"right":    {func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("2")) }, ""},
		"chunked":  {func(w http.ResponseWriter, r *http.Request) { w.(http.Flusher).Flush(); _, _ = w.Write([]byte("2")) }, ""},
		"wrong":    {func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("3")) }, wrong.Error()},
		"a status": {func(w http.ResponseWriter, r *http.Request) { http.Error(w, "2", http.StatusTooManyRequests) }, "status 429"},
		"closed":   {func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, "read the answer"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var served atomic.Int64
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				served.Add(1)
				if r.Header.Get("X-API-Key") != "key" || r.URL.Path != "/run" {
					t.Errorf("got %s with %v", r.URL, r.Header)
				}
				tt.handler(w, r)
			}))
			defer s.Close()
			rq := request{url: s.URL + "/run", body: "1+1", header: map[string]string{"X-API-Key": "key"}, check: func(body []byte) error {
				if string(body) != "2" {
					return wrong
				}
				return nil
			}}
			got, err := drive(t.Context(), []request{rq}, 3, 20*time.Millisecond)
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("drive = %v, want an error with %q", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if n := int64(len(got.took)); n < 3 || n != served.Load() {
				t.Errorf("%d requests were counted, %d served", n, served.Load())
			}
		})
	}
}
