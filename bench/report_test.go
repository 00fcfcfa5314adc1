package main

import (
	"errors"
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	var r report
	other, us := &peer{name: "peer"}, &peer{name: ours, own: true}
	r.compare("speed", other, series{0.5, 0.25, 0.25})
	r.compare("memory", other, series{2, 3, 0.9})
	r.compare("speed", us, series{0.5})
	r.aim("time", "≤ 15 µs", series{14, 15, 16}, " µs", 15, atMost)
	r.aim("rate", "≥ 2×", series{1.9}, "×", 2, atLeast)
	r.aim("other", "≥ 2×", nil, "×", 2, atLeast)
	text := r.markdown()
	for _, want := range []string{
		"- speed: peer, 4.00 times as good\n",
		"| time | ≤ 15 µs | 15.0 µs (14.0–16.0) | yes |\n",
		"| rate | ≥ 2× | 1.90× | no |\n",
		"| other | ≥ 2× | – | not measured |\n",
		"Nothing was left out.\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the results lack %q:\n%s", want, text)
		}
	}
	if n := strings.Count(text, "times as good"); n != 1 {
		t.Errorf("%d cases are lost, not one:\n%s", n, text)
	}
}

func TestVerdict(t *testing.T) {
	other, us := &peer{name: "peer"}, &peer{name: ours, own: true}
	tests := map[string]struct {
		failure failure
		bad     bool
	}{
		"a peer is missing":     {failure{other, "everything", errors.New("no such package")}, false},
		"a peer's wrong answer": {failure{other, "CPU, loop", &wrongError{"1", "2"}}, true},
		"ours fails":            {failure{us, "HTTP", errors.New("status 500")}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := report{failures: []failure{tt.failure}}
			if err := r.verdict(); (err != nil) != tt.bad {
				t.Errorf("verdict = %v", err)
			}
		})
	}
}
