package jsengine

import (
	"io"
	"testing"
)

// BenchmarkFreshEval is a whole sandbox for one expression: an instance that
// equals the image, the program, its value, and the reset.
func BenchmarkFreshEval(b *testing.B) {
	for name, code := range map[string]string{
		"1+1":     "1+1",
		"value":   "export default 1+1",
		"log":     "console.log(1+1)",
		"promise": "await 0; export default 1+1",
	} {
		b.Run(name, func(b *testing.B) {
			p := Program{Code: code, Language: "js", Stdout: io.Discard, Stderr: io.Discard}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := testEngine.Run(b.Context(), &p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
