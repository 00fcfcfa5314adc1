// Package timing reports what benchmarks time one by one.
package timing

import (
	"slices"
	"testing"
	"time"
)

// Report sorts took and reports its median, its 99th percentile and its longest,
// as metrics of b with the given prefix, in unit: time.Microsecond or
// time.Millisecond. Took has at least one element.
func Report(b *testing.B, prefix string, unit time.Duration, took []time.Duration) {
	b.Helper()
	name := "-µs"
	if unit == time.Millisecond {
		name = "-ms"
	}
	slices.Sort(took)
	for _, q := range []struct {
		name    string
		percent int
	}{{"p50", 50}, {"p99", 99}, {"max", 100}} {
		at := took[(len(took)-1)*q.percent/100]
		b.ReportMetric(float64(at)/float64(unit), prefix+q.name+name)
	}
}
