package jsengine

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"strings"
)

var errSourceMap = errors.New("jsengine: malformed source map")

// encodeMap turns a source map (v3) into the shim's table: four uint32 for each
// mapping, line and column in the code, then in the source, all from 1. Columns
// are UTF-16 units, as the engine counts. No map gives nil.
func encodeMap(text []byte) ([]byte, error) {
	if len(text) == 0 {
		return nil, nil
	}
	var m struct {
		Version  int    `json:"version"`
		Mappings string `json:"mappings"`
	}
	if err := json.Unmarshal(text, &m); err != nil || m.Version != 3 {
		return nil, errSourceMap
	}
	var out []byte
	var src, line, col, name int
	for n := uint32(1); ; n++ {
		segments, rest, more := strings.Cut(m.Mappings, ";")
		gen, last := 0, 0
		for segments != "" {
			var seg string
			seg, segments, _ = strings.Cut(segments, ",")
			var f [5]int
			k := 0
			for ; seg != ""; k++ {
				v, n := vlq(seg)
				if n == 0 || k == len(f) {
					return nil, errSourceMap
				}
				f[k], seg = v, seg[n:]
			}
			gen += f[0]
			if k < 4 {
				continue
			}
			src, line, col = src+f[1], line+f[2], col+f[3]
			name += f[4]
			if gen < last || gen > math.MaxInt32-1 || line < 0 || col < 0 || line > math.MaxInt32-1 || col > math.MaxInt32-1 || src < 0 {
				return nil, errSourceMap
			}
			last = gen
			for _, v := range [...]int{int(n), gen + 1, line + 1, col + 1} {
				out = binary.LittleEndian.AppendUint32(out, uint32(v))
			}
		}
		if !more {
			return out, nil
		}
		m.Mappings = rest
	}
}

// vlq reads one base64 VLQ number and its length, 0 if it is none.
func vlq(s string) (v, n int) {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	shift := 0
	for n < len(s) {
		d := strings.IndexByte(digits, s[n])
		if d < 0 || shift > 30 {
			return 0, 0
		}
		n++
		v |= d & 31 << shift
		shift += 5
		if d < 32 {
			if v&1 != 0 {
				return -(v >> 1), n
			}
			return v >> 1, n
		}
	}
	return 0, 0
}
