package api

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/buntime/buntime/internal/timing"
	"github.com/buntime/buntime/session"
)

// BenchmarkFairness is one line of one tenant over loopback, a new sandbox each
// time, while two other tenants per processor run programs or command lines that do
// not end, or send large bodies. All clients are in the same process, and have to get
// their share of the processors, too.
func BenchmarkFairness(b *testing.B) {
	s := newServer(b, options{})
	c := benchClient(s)
	defer c.CloseIdleConnections()
	post := func(path, key string, body []byte) (*fasthttp.Request, *fasthttp.Response) {
		rq, rs := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		rq.Header.SetMethod(http.MethodPost)
		rq.SetRequestURI(s.url + path)
		rq.Header.SetContentType(jsonType)
		rq.Header.Set("X-API-Key", key)
		rq.SetBodyRaw(body)
		return rq, rs
	}
	limits := session.Limits{CPU: 8, TimeoutS: 300}
	large := []byte(`{"code":"","input":[` + strings.Repeat(`{"a":1},`, 1<<20) + `0],"none":0}`)
	for _, busy := range []struct {
		name string
		run  func(ctx context.Context, tenant, key string) error
	}{
		{"nobody", nil},
		{"programs", func(ctx context.Context, tenant, _ string) error {
			_, err := s.mgr.Run(ctx, tenant, &session.Execution{Code: "for (;;);", Language: "js"}, limits, nil)
			return err
		}},
		{"commands", func(ctx context.Context, tenant, _ string) error {
			i, err := s.mgr.Create(ctx, session.CreateOptions{Tenant: tenant, Limits: limits})
			if err == nil {
				_, err = s.mgr.Execute(ctx, tenant, i.ID, &session.Execution{Command: "while :; do :; done", IsCommand: true})
			}
			return err
		}},
		{"bodies", func(ctx context.Context, _, key string) error {
			for ctx.Err() == nil {
				rq, rs := post("/api/run", key, large)
				if err := c.Do(rq, rs); err != nil || rs.StatusCode() != 400 {
					return fmt.Errorf("status %d, %w", rs.StatusCode(), err)
				}
			}
			return nil
		}},
	} {
		b.Run("busy="+busy.name, func(b *testing.B) {
			ctx, cancel := context.WithCancel(b.Context())
			var wg sync.WaitGroup
			defer func() { cancel(); wg.Wait() }()
			if busy.run != nil {
				for i := range 2 * runtime.GOMAXPROCS(0) {
					tenant := fmt.Sprintf("%s-%d", busy.name, i)
					key, _ := s.key(tenant)
					wg.Go(func() {
						if err := busy.run(ctx, tenant, key); err != nil && ctx.Err() == nil {
							b.Error(err)
						}
					})
				}
			}
			rq, rs := post("/api/run", rootKey, []byte(`{"code":"1+1","language":"js"}`))
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := c.Do(rq, rs); err != nil || rs.StatusCode() != 200 {
					b.Fatal(err, rs.StatusCode())
				}
				took = append(took, time.Since(start))
			}
			timing.Report(b, "", time.Millisecond, took)
			b.ReportMetric(0, "ns/op")
		})
	}
}
