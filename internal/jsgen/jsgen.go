// Package jsgen makes random guest programs that are valid, end by themselves and
// print the same each time: for tests that run one program in several ways.
//
// A program uses the language and the runtime library broadly. It reads no clock
// whose value shows, waits for one thing at a time, and catches what it throws,
// so that its output, its files and its fuel are functions of its text, its seed
// and its workspace.
package jsgen

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// prelude has what the steps use. It ends with the start of a function that the
// last step ends.
//
//go:embed prelude.js
var prelude string

// Program makes a program of one step for each seed. A step is the same wherever
// it stands, but meets what the steps before it left in the pool and the
// workspace: taking steps away from a program leaves a valid one.
func Program(seeds []uint64) string {
	var b strings.Builder
	b.WriteString(prelude)
	for i, s := range seeds {
		g := &generator{rand: rand.New(rand.NewPCG(s, 0x9e3779b97f4a7c15))}
		fmt.Fprintf(&b, "await step(%d, async () => {\n", i)
		for range 1 + g.rand.IntN(3) {
			b.WriteString("\t" + g.expand(choose(g, statements), 4) + "\n")
		}
		b.WriteString("});\n")
	}
	b.WriteString("export default end();\n")
	return b.String()
}

// Seeds makes seeds of bytes that a fuzzer chose: at most n.
func Seeds(data []byte, n int) []uint64 {
	var seeds []uint64
	for len(data) > 0 && len(seeds) < n {
		var word [8]byte
		data = data[copy(word[:], data):]
		seeds = append(seeds, binary.LittleEndian.Uint64(word[:]))
	}
	return seeds
}

// generator expands templates: @ and a letter stand for something of a kind (see
// kinds), $ and a letter for a name that is new in each expansion.
type generator struct {
	rand  *rand.Rand
	names int
}

func choose(g *generator, list []string) string { return list[g.rand.IntN(len(list))] }

func (g *generator) expand(template string, depth int) string {
	var b strings.Builder
	var names [26]string
	for i := 0; i < len(template); i++ {
		c := template[i]
		if i+1 == len(template) || c != '@' && c != '$' {
			b.WriteByte(c)
			continue
		}
		next := template[i+1]
		switch {
		case c == '@' && kinds[next].leaf != nil:
			i++
			b.WriteString(g.kind(next, depth))
		case c == '$' && 'a' <= next && next <= 'z':
			i++
			if names[next-'a'] == "" {
				g.names++
				names[next-'a'] = string(next) + strconv.Itoa(g.names)
			}
			b.WriteString(names[next-'a'])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func (g *generator) kind(letter byte, depth int) string {
	k := kinds[letter]
	if depth <= 0 || len(k.deep) == 0 || g.rand.IntN(4) == 0 {
		return g.expand(choose(g, k.leaf), 0)
	}
	return g.expand(choose(g, k.deep), depth-1)
}
