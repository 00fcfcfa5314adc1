package main

import (
	"math"
	"testing"
)

func TestQuantile(t *testing.T) {
	hundred := make([]float64, 100) // 100, 99, … 1
	for i := range hundred {
		hundred[i] = float64(100 - i)
	}
	tests := map[string]struct {
		xs   []float64
		q    float64
		want float64
	}{
		"median":          {hundred, 0.5, 50},
		"99th percentile": {hundred, 0.99, 99},
		"most":            {hundred, 1, 100},
		"least":           {hundred, 0, 1},
		"one":             {[]float64{7}, 0.99, 7},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := quantile(tt.xs, tt.q); got != tt.want {
				t.Errorf("quantile(%v) = %v, want %v", tt.q, got, tt.want)
			}
		})
	}
	if got := quantile(nil, 0.5); !math.IsNaN(got) {
		t.Errorf("quantile of nothing = %v", got)
	}
	if hundred[0] != 100 {
		t.Error("quantile changed its argument")
	}
}

func TestSeries(t *testing.T) {
	nan := math.NaN()
	tests := map[string]struct {
		s    series
		want string
	}{
		"odd":     {series{3, 1, 2}, "2.00× (1.00–3.00)"},
		"even":    {series{1, 2, 3, 10}, "2.50× (1.00–10.0)"},
		"one":     {series{1234.5}, "1,235×"},
		"missing": {series{nan, 4, 5, nan}, "4.50× (4.00–5.00)"},
		"none":    {series{nan}, "–"},
		"small":   {series{0.0123}, "0.012×"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := tt.s.text("×"); got != tt.want {
				t.Errorf("text = %q, want %q", got, tt.want)
			}
		})
	}
	// Ratios are taken within a round: a round that disturbed both does not show.
	if got := (series{10, 400, nan, 30}).over(series{5, 200, 1, 10}).median(); got != 2 {
		t.Errorf("over = %v, want 2", got)
	}
	if got := geomean([]float64{1, 4, 16}); math.Abs(got-4) > 1e-12 {
		t.Errorf("geomean = %v, want 4", got)
	}
}
