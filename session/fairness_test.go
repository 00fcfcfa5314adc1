package session

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/timing"
)

// limits of programs that run for ever in benchmarks.
var endless = Limits{MemoryMB: 64, CPU: 8, TimeoutS: 300, DiskMB: 1}

// spin runs endless loops of so many tenants, until the function it returns ends
// them.
func spin(b *testing.B, m *Manager, tenants int) (end func()) {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	for i := range tenants {
		wg.Go(func() {
			_, _ = m.Run(ctx, fmt.Sprintf("busy %d", i), &Execution{Code: "for (;;);", Language: "js"}, endless, nil)
		})
	}
	for m.Stats().Running < int64(tenants) {
		runtime.Gosched()
	}
	return func() { cancel(); wg.Wait() }
}

// BenchmarkFairness is one line of one tenant, a new sandbox each time, while two
// other tenants per processor run endless loops.
func BenchmarkFairness(b *testing.B) {
	policy, err := hostfuncs.ServerPolicy("none", nil)
	if err != nil {
		b.Fatal(err)
	}
	m, err := New(Config{Engine: engine, Policy: policy})
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close(context.Background())
	for _, busy := range []int{0, 2 * runtime.GOMAXPROCS(0)} {
		b.Run(fmt.Sprintf("busy=%d", busy), func(b *testing.B) {
			defer spin(b, m, busy)()
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				r, err := m.Run(b.Context(), "t", &Execution{Code: "export default 1+1", Language: "js"}, endless, nil)
				if err != nil || r.ExitCode != 0 {
					b.Fatal(r, err)
				}
				took = append(took, time.Since(start))
			}
			timing.Report(b, "", time.Millisecond, took)
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkCollector is a collection of Go's, which has to stop every guest,
// while each processor runs one.
func BenchmarkCollector(b *testing.B) {
	m, err := New(Config{Engine: engine})
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close(context.Background())
	for _, busy := range []int{0, runtime.GOMAXPROCS(0)} {
		b.Run(fmt.Sprintf("busy=%d", busy), func(b *testing.B) {
			defer spin(b, m, busy)()
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				runtime.GC()
				took = append(took, time.Since(start))
			}
			timing.Report(b, "", time.Millisecond, took)
			b.ReportMetric(0, "ns/op")
		})
	}
}
