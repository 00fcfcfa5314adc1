package jsengine

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"path"
	"reflect"

	"github.com/buntime/buntime/internal/scoped"
)

// Published knows which files of a program are the same for everyone, and keeps
// what is made of them. It is used by several goroutines at once.
type Published interface {
	// File returns the file at the absolute path if it is one of a package that
	// everyone may have: as it was published, where such a package always is. Else
	// it returns nil.
	File(path string) *PublishedFile
	// Kept returns what Keep was given under the key, or nil. It must not be changed.
	Kept(key [32]byte) []byte
	// Keep may keep value for everyone, and does not wait for that.
	Keep(key [32]byte, value []byte)
}

// PublishedFile is a file that is the same for everyone, and stays it. It is not
// the name in a workspace, which may be another file's by the time it is read.
type PublishedFile struct {
	ID      string // nothing else has it
	Content io.ReaderAt
	Size    int64 // of Content, in bytes
}

// publishedScope is the scope of what is made of published files; no program's
// Scope has a NUL.
const publishedScope = "\x00published"

// publishedSource returns the JavaScript file name, not yet read, if it is the same
// for everyone; else nil. What is made of it is known by the file, so that it is
// read only if something has to be made.
func (p *Process) publishedSource(name string) *source {
	if p.program.Published == nil {
		return nil
	}
	switch path.Ext(name) {
	case ".js", ".mjs", ".cjs":
	default:
		return nil
	}
	f := p.program.Published.File(name)
	if f == nil || f.Size > maxSource {
		return nil
	}
	if f.Size > fsPiece { // as readSource does
		(&fsCall{Call: &Call{Process: p}}).charge(int(f.Size))
	}
	return &source{kind: kindESM, published: f, sum: "file " + f.ID}
}

// scope is whose caches what is made of s is in.
func (p *Process) scope(s *source) string {
	if s.published != nil {
		return publishedScope
	}
	return p.program.Scope
}

// compiledOf returns the bytecode that is kept of s under key.
func (p *Process) compiledOf(s *source, key scoped.Key) (c compiled, ok bool) {
	if c, ok = p.engine.compiled.Get(p.scope(s), key); ok || s.published == nil {
		return c, ok
	}
	if c, ok = decodeCompiled(p.program.Published.Kept(key)); ok {
		p.engine.compiled.Put(publishedScope, key, c, int64(len(c.code)))
	}
	return c, ok
}

// keepCompiled keeps the bytecode of s.
func (p *Process) keepCompiled(s *source, key scoped.Key, c compiled) {
	p.engine.compiled.Put(p.scope(s), key, c, int64(len(c.code)))
	if s.published != nil {
		p.program.Published.Keep(key, c.encode())
	}
}

// minStored is the size from which on the store keeps what scanning a source found,
// in bytes: for less, scanning again is as fast.
const minStored = 32 << 10

// stored returns what store was given of s, or nil.
func (p *Process) stored(s *source, key scoped.Key) []byte {
	if s.published == nil || s.len() < minStored {
		return nil
	}
	return p.program.Published.Kept(key)
}

// store keeps what was found in s, if it can be written down.
func store[T any](p *Process, s *source, key scoped.Key, v T) {
	if s.published == nil || s.len() < minStored {
		return
	}
	var again T // not the same for names that are no Unicode
	if b, err := json.Marshal(v); err == nil && json.Unmarshal(b, &again) == nil && reflect.DeepEqual(v, again) {
		p.program.Published.Keep(key, b)
	}
}

// encode is c as it is kept: fuel 8, peak 8, code.
func (c compiled) encode() []byte {
	b := make([]byte, 0, 16+len(c.code))
	b = binary.LittleEndian.AppendUint64(b, uint64(c.fuel))
	b = binary.LittleEndian.AppendUint64(b, uint64(c.peak))
	return append(b, c.code...)
}

func decodeCompiled(b []byte) (c compiled, ok bool) {
	if len(b) < 16 {
		return c, false
	}
	fuel, peak := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	if fuel > math.MaxInt64 || peak > math.MaxInt64 {
		return c, false
	}
	c = compiled{fuel: int64(fuel), peak: int64(peak)}
	if len(b) > 16 {
		c.code = b[16:]
	}
	return c, true
}
