package api

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/buntime/buntime/internal/timing"
	"github.com/buntime/buntime/session"
)

// BenchmarkFairness is one line of one tenant over loopback, a new sandbox each
// time, while two other tenants per processor run endless loops. The client is in
// the same process, and has to get its share of the processors, too.
func BenchmarkFairness(b *testing.B) {
	s := newServer(b, options{})
	c := benchClient(s)
	defer c.CloseIdleConnections()
	for _, busy := range []int{0, 2 * runtime.GOMAXPROCS(0)} {
		b.Run(fmt.Sprintf("busy=%d", busy), func(b *testing.B) {
			ctx, cancel := context.WithCancel(b.Context())
			var wg sync.WaitGroup
			for i := range busy {
				wg.Go(func() {
					_, _ = s.mgr.Run(ctx, fmt.Sprintf("busy %d", i), &session.Execution{Code: "for (;;);", Language: "js"}, session.Limits{CPU: 8, TimeoutS: 300}, nil)
				})
			}
			defer func() { cancel(); wg.Wait() }()
			rq, rs := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
			rq.Header.SetMethod(http.MethodPost)
			rq.SetRequestURI(s.url + "/api/run")
			rq.Header.SetContentType(jsonType)
			rq.Header.Set("X-API-Key", rootKey)
			rq.SetBodyString(`{"code":"1+1","language":"js"}`)
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
