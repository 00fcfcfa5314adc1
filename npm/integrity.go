package npm

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"strings"
)

// maxIntegrity bounds an integrity string and the hashes in it.
const (
	maxIntegrity = 2048
	maxHashes    = 16
)

// integrity is the strongest hash of an integrity string ("sha512-…"), and all
// that it may be.
type integrity struct {
	algorithm string
	sums      [][]byte
}

var algorithms = map[string]struct {
	strength int
	size     int
	hash     func() hash.Hash
}{
	"sha256": {1, sha256.Size, sha256.New},
	"sha384": {2, sha512.Size384, sha512.New384},
	"sha512": {3, sha512.Size, sha512.New},
}

// parseIntegrity reads Subresource Integrity. Only the strongest algorithm
// counts, as the standard has it; one that is broken (MD5, SHA-1) does not.
// Errors: EINTEGRITY.
func parseIntegrity(s string) (integrity, error) {
	var out integrity
	if len(s) > maxIntegrity {
		return out, fail("EINTEGRITY", "", "its integrity is longer than %d bytes", maxIntegrity)
	}
	fields := strings.Fields(s)
	if len(fields) > maxHashes {
		return out, fail("EINTEGRITY", "", "its integrity has more than %d hashes", maxHashes)
	}
	for _, f := range fields {
		name, text, ok := strings.Cut(f, "-")
		a, known := algorithms[name]
		if !ok || !known {
			continue
		}
		text, _, _ = strings.Cut(text, "?")
		sum, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(sum) != a.size {
			return out, fail("EINTEGRITY", "", "its integrity %q is no %s", cut(f, 100), name)
		}
		switch {
		case out.algorithm == "" || a.strength > algorithms[out.algorithm].strength:
			out = integrity{name, [][]byte{sum}}
		case out.algorithm == name:
			out.sums = append(out.sums, sum)
		}
	}
	switch {
	case out.algorithm != "":
		return out, nil
	case strings.TrimSpace(s) == "":
		return out, fail("EINTEGRITY", "", "it has no integrity (sha512), and nothing is installed without")
	}
	return out, fail("EINTEGRITY", "", "its integrity %q is of no algorithm that is safe: sha512, sha384 or sha256 is needed", cut(s, 100))
}

// check reports whether data is what the integrity says: EINTEGRITY.
func (i integrity) check(data []byte) error {
	h := algorithms[i.algorithm].hash()
	h.Write(data)
	got := h.Sum(nil)
	for _, want := range i.sums {
		if bytes.Equal(got, want) {
			return nil
		}
	}
	encode := base64.StdEncoding.EncodeToString
	return fail("EINTEGRITY", "", "its archive is not what was published: wanted %s-%s but got %s-%s", i.algorithm, encode(i.sums[0]), i.algorithm, encode(got))
}

// String is the integrity in one form, whatever else stood beside it.
func (i integrity) String() string {
	parts := make([]string, len(i.sums))
	for n, sum := range i.sums {
		parts[n] = i.algorithm + "-" + base64.StdEncoding.EncodeToString(sum)
	}
	return strings.Join(parts, " ")
}

// sha512Of returns the integrity of data.
func sha512Of(data []byte) integrity {
	sum := sha512.Sum512(data)
	return integrity{"sha512", [][]byte{sum[:]}}
}
