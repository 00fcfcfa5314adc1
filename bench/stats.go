package main

import (
	"fmt"
	"math"
	"slices"
)

// quantile is the smallest of xs that at least the share q of them do not
// exceed. It is NaN for none. It does not change xs.
func quantile(xs []float64, q float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(xs))
	at := int(math.Ceil(q*float64(len(s)))) - 1
	return s[min(max(at, 0), len(s)-1)]
}

// series is one figure, measured once in each round. NaN stands for a round that
// it failed in.
type series []float64

// median is the middle of s, or the mean of the two in the middle; NaN for none.
func (s series) median() float64 {
	sorted := slices.Sorted(slices.Values(s.present()))
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// over is each round's s as a multiple of the same round's t, so that what
// disturbed one round disturbs both.
func (s series) over(t series) series {
	out := make(series, min(len(s), len(t)))
	for i := range out {
		out[i] = s[i] / t[i]
	}
	return out
}

// present is s without the rounds that it lacks.
func (s series) present() series {
	return slices.DeleteFunc(slices.Clone(s), math.IsNaN)
}

// text is the median and the spread of s: "24.7 (23.9–26.1)".
func (s series) text(unit string) string {
	s = s.present()
	if len(s) == 0 {
		return "–"
	}
	m := number(s.median()) + unit
	if len(s) == 1 {
		return m
	}
	return fmt.Sprintf("%s (%s–%s)", m, number(slices.Min(s)), number(slices.Max(s)))
}

// geomean is the geometric mean of xs, NaN for none.
func geomean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += math.Log(x)
	}
	return math.Exp(sum / float64(len(xs)))
}

// number writes x with three digits that count, or all digits before the point.
func number(x float64) string {
	switch a := math.Abs(x); {
	case math.IsNaN(x):
		return "–"
	case a >= 1000:
		return thousands(int64(math.Round(x)))
	case a >= 99.95:
		return fmt.Sprintf("%.0f", x)
	case a >= 9.995:
		return fmt.Sprintf("%.1f", x)
	case a >= 0.0995 || a == 0:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.2g", x)
}

func thousands(n int64) string {
	if n < 0 {
		return "-" + thousands(-n)
	}
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
