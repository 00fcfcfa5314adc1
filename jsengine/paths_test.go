package jsengine

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// The engine has two ways for JSON, object spread and rest, structured clones,
// numbers in decimal, texts that grow or are taken apart, arrays as stacks or made of
// others, and BigInts divided by one word: a short one for what most programs have,
// and its own. A program can not tell which it got.
func TestShortPaths(t *testing.T) {
	for name, want := range map[string]string{
		"arrays":  "checked\n",
		"bigint":  "checked\n",
		"clone":   "checked\n",
		"derive":  "checked\n",
		"headers": "checked\n",
		"json":    "checked\n",
		"regexp":  "true its own exec: a-ab; lastIndex is read: 1; frozen: TypeError; a function sees what it changes: 012; a function that throws: RangeError; its value is a text: tt; another getter of global: -aa1; another exec: zz,zzzzb2; another species: 1; and back: 2\n",
		"strings": "checked\n",
		"texts":   "checked\n",
		"copy":    "x 1 true true true; y 2 true false true; z 4 true true true | x 3 true true true | x 1 true true true; z 4 true true true false\nTypeError\n200 0 199\n",
	} {
		t.Run(name, func(t *testing.T) {
			code, err := os.ReadFile("testdata/paths/" + name + ".js")
			if err != nil {
				t.Fatal(err)
			}
			r, out, errOut := run(t, Program{Code: string(code), Language: "js"})
			if r.ExitCode != 0 || out != want || errOut != "" {
				t.Errorf("exit %d: got\n%s%s\nwant\n%s", r.ExitCode, out, errOut, want)
			}
		})
	}
}

// Numbers are printed and read as package strconv does, and toFixed rounds the
// number's exact value, its halves up.
func TestDecimals(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	numbers := []float64{0.1, 0.5, 1.5, 2.5, 1.005, 1.255, 4.35, 8.345, 0.000001, 0.0000015, 9.9999995, 999999999999999, 999999999999999.9, 1e15, 123456789.125, 0.1 + 0.2, 1.0 / 3, 1e9 - 0.5, 1e-6 - 1e-22, 2147483648.5, 4503599627370497.5}
	for len(numbers) < 3000 {
		switch random.IntN(4) {
		case 0:
			numbers = append(numbers, float64(random.Int64N(1e12))/math.Pow10(random.IntN(9)))
		case 1:
			numbers = append(numbers, random.Float64()*math.Pow10(random.IntN(20)-5))
		case 2: // next to a short decimal
			numbers = append(numbers, math.Nextafter(float64(random.Int64N(1e7))/math.Pow10(random.IntN(7)), random.Float64()*1e7))
		case 3: // halves, exact or not
			numbers = append(numbers, (float64(random.Int64N(1e7))+0.5)/math.Pow10(random.IntN(7)))
		}
	}
	bits := make([]string, 0, 2*len(numbers))
	signed := make([]float64, 0, 2*len(numbers))
	for _, x := range numbers {
		if x < 1e-6 || x >= 1e21 {
			continue // printed with an exponent
		}
		for _, x := range []float64{x, -x} {
			signed = append(signed, x)
			bits = append(bits, fmt.Sprint(math.Float64bits(x)))
		}
	}
	list, err := json.Marshal(bits)
	if err != nil {
		t.Fatal(err)
	}
	r, out, errOut := run(t, Program{Language: "js", Code: `
		const numbers = new Float64Array(BigUint64Array.from(` + string(list) + `, BigInt).buffer);
		export default Array.from(numbers, (x, i) => {
			const text = String(x), t = "0.5 " + text, sub = t.slice(4);
			return [text, JSON.stringify({ x }), x.toFixed(i % 8), +text === x, JSON.parse(text) === x, JSON.parse("[" + text + ', "№"]')[0] === x, +sub === x, Number(" " + text) === x];
		});`})
	if r.ExitCode != 0 {
		t.Fatal(out, errOut)
	}
	var got [][]any
	if err := json.Unmarshal(r.Value, &got); err != nil || len(got) != len(signed) {
		t.Fatal(err, len(got))
	}
	for i, x := range signed {
		text := strconv.FormatFloat(x, 'f', -1, 64)
		if math.Abs(x) >= 1e21 {
			continue
		}
		want := []any{text, `{"x":` + text + `}`, fixed(x, i%8), true, true, true, true, true}
		if fmt.Sprint(got[i]) != fmt.Sprint(want) {
			t.Errorf("%x: got %v, want %v", x, got[i], want)
		}
	}
}

// fixed is toFixed of the language's definition.
func fixed(x float64, places int) string {
	if places == 0 && math.Abs(x) >= 1e21 {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	exact := new(big.Rat).Abs(new(big.Rat).SetFloat64(x))
	scaled := exact.Mul(exact, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)))
	scaled.Add(scaled, big.NewRat(1, 2))
	n := new(big.Int).Div(scaled.Num(), scaled.Denom()).String()
	for len(n) <= places {
		n = "0" + n
	}
	if places > 0 {
		n = n[:len(n)-places] + "." + n[len(n)-places:]
	}
	if x < 0 {
		n = "-" + n
	}
	return n
}
