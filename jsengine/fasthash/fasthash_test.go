package fasthash

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// What the real Bun printed, of inputs around the lengths where each hash changes its way.
func TestAsBun(t *testing.T) {
	golden, err := os.ReadFile("../../testdata/compat/bun-hash/seeds.golden")
	if err != nil {
		t.Fatal(err)
	}
	order := []string{"wyhash", "cityHash32", "cityHash64", "xxHash32", "xxHash64", "xxHash3", "murmur32v2", "murmur32v3", "murmur64v2", "rapidhash", "adler32", "crc32"}
	lines := 0
	for line := range strings.Lines(string(golden)) {
		head, values, ok := strings.Cut(strings.TrimSpace(line), ": ")
		length, isLength := strings.CutPrefix(head, "len ")
		if !ok || !isLength {
			continue
		}
		n, err := strconv.Atoi(length)
		if err != nil {
			t.Fatal(err)
		}
		in := make([]byte, n)
		for i := range in {
			in[i] = byte(97 + i*7%26)
		}
		for i, want := range strings.Fields(values) {
			if got := strconv.FormatUint(Named[order[i]].Sum(in, 0, func() bool { return true }), 10); got != want {
				t.Errorf("%s of %d bytes: %s, want %s", order[i], n, got, want)
			}
		}
		lines++
	}
	if lines < 30 {
		t.Errorf("%d lengths", lines)
	}
}

// A long input is looked at between pieces, and ends when that says so.
func TestLook(t *testing.T) {
	in := make([]byte, 1<<20)
	for name, h := range Named {
		looks := 0
		h.Sum(in, 0, func() bool { looks++; return true })
		if looks < 10 {
			t.Errorf("%s looked %d times in 1 MiB", name, looks)
		}
		looks = 0
		h.Sum(in, 0, func() bool { looks++; return looks < 3 })
		if looks != 3 {
			t.Errorf("%s went on after the third look: %d", name, looks)
		}
	}
}
