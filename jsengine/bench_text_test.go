package jsengine

import (
	"fmt"
	"strconv"
	"testing"
)

// BenchmarkText reports what a megabyte of text takes in a guest, in ns for each
// character: ASCII (a), and text with a character of another script in eight (w).
func BenchmarkText(b *testing.B) {
	const setUp = "const a = 'abcdefgh'.repeat(1 << 17), w = 'abcde№fgh'.repeat(1 << 17), encoder = new TextEncoder(), decoder = new TextDecoder(), bytes = encoder.encode(a), mixed = encoder.encode(w);"
	e, err := Open(b.Context(), Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	for _, run := range []struct{ name, code string }{
		{"encode/a", "encoder.encode(a)"},
		{"encode/w", "encoder.encode(w)"},
		{"decode/a", "decoder.decode(bytes)"},
		{"decode/w", "decoder.decode(mixed)"},
		{"stringify/a", "JSON.stringify(a)"},
		{"stringify/w", "JSON.stringify(w)"},
		{"parse/a", "JSON.parse('\"' + a + '\"')"},
		{"parse/w", "JSON.parse('\"' + w + '\"')"},
		{"indexOf", "a.indexOf('z')"},
		{"equal", "a === 'ab' + a.slice(2)"},
		{"join", "[a, w].join()"},
		{"toUpperCase", "a.toUpperCase()"},
		{"btoa", "btoa(a)"},
		{"atob", "atob(a)"},
		{"Response.text", "await new Response(a).text()"},
		{"console.log", "console.log(a)"},
	} {
		b.Run(run.name, func(b *testing.B) {
			p := &Program{
				Code:     fmt.Sprintf("%s const t = performance.now(); for (let i = 0; i < 8; i++) { %s } export default (performance.now() - t) / 8 / 1.048576", setUp, run.code),
				Language: "js",
				Limits:   Limits{Memory: 512 << 20},
			}
			least := 0.0
			for b.Loop() {
				r, err := e.Run(b.Context(), p)
				if err != nil {
					b.Fatal(err)
				}
				took, err := strconv.ParseFloat(string(r.Value), 64)
				if err != nil {
					b.Fatalf("exit %d, %v: %v", r.ExitCode, r.Limit, err)
				}
				if least == 0 || took < least {
					least = took
				}
			}
			b.ReportMetric(least, "ns/char")
			b.ReportMetric(0, "ns/op")
		})
	}
}
