package jsengine

import (
	"crypto/rand"
	"hash"
	"sync"
	"sync/atomic"
)

// opsState is what the operations of fs, fetch and crypto keep for one process.
// The zero value is ready.
type opsState struct {
	fds         fdTable             // the goroutine that runs the guest only
	bodies      table[*body]        // unread responses; safe for concurrent use
	uploads     table[*upload]      // unfinished ones; safe for concurrent use
	hashes      table[hash.Hash]    // unfinished ones; safe for concurrent use
	ciphers     table[*cipherState] // unfinished ones; safe for concurrent use
	codecs      codecs
	databases   databases            // the goroutine that runs the guest only
	sockets     table[WebSocket]     // safe for concurrent use
	acceptor    *acceptor            // what connects to its servers; nil: it has none. Set by the goroutine that runs the guest, with Process.mu held
	connections table[*LoopbackConn] // safe for concurrent use
	datagrams   table[*datagrams]    // safe for concurrent use
	children    children             // safe for concurrent use
	owed        atomic.Int64         // fuel of work in the background that is not on the bill yet

	// rand fills p with what a guest may see as random; nil: the system's. A
	// process with a seed sets it at its start.
	rand   func(p []byte)
	randMu sync.Mutex
}

// random fills p.
func (s *opsState) random(p []byte) {
	if s.rand == nil {
		_, _ = rand.Read(p) // it never fails: crypto/rand ends the program instead
		return
	}
	s.randMu.Lock()
	defer s.randMu.Unlock()
	s.rand(p)
}

// close lets go of everything. No operation may run any more.
func (s *opsState) close() {
	s.fds.closeAll()
	for _, b := range s.bodies.close() {
		b.end()
	}
	for _, u := range s.uploads.close() {
		u.cut()
	}
	for _, k := range s.codecs.close() {
		k.close()
	}
	s.databases.closeAll()
	for _, w := range s.sockets.close() {
		w.Release()
	}
	for _, c := range s.connections.close() {
		_ = c.Close() // never fails
	}
	for _, d := range s.datagrams.close() {
		d.close()
	}
}
