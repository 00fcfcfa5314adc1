package jsengine

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/wasmhost"
)

const (
	// maxQueued bounds the messages between a program and its workers that nobody
	// received yet, in bytes.
	maxQueued = 32 << 20
	// maxPorts bounds the ends of channels between them, and the channels by name
	// that one of them listens to.
	maxPorts = 4096
	// envelopeCost is what a message costs beside its body.
	envelopeCost = 256
	// maxChannelName bounds the name of a channel, in bytes.
	maxChannelName = 1024
)

// The kinds of envelopes, as in the runtime library.
const (
	kindMessage   = iota // for the port target
	kindClosed           // the other end of the port target is closed
	kindOnline           // the worker target runs
	kindOutput           // the worker target printed
	kindError            // the worker target ended with an error
	kindExit             // the worker target ended
	kindBroadcast        // for the channel name
	kindThread           // from the thread target
)

// envelope is something on its way to a program or a worker.
type envelope struct {
	kind   int
	target int64
	name   string
	body   []byte // a value on the wire
	ports  []*endpoint
	shared []*sharedBuffer

	charged int64 // of the family's account
}

func (e *envelope) cost() int64 { return envelopeCost + int64(len(e.body)+len(e.name)) }

// endpoint is one end of a channel whose ends are in two sandboxes, or on their
// way there.
type endpoint struct {
	peer    *endpoint
	owner   *Process   // nil: in an envelope
	number  int64      // the owner's for it
	pending []envelope // what came while nobody owned it
	closed  bool
}

// family is a program with its workers: what goes between them. It is safe for
// concurrent use. Every program and worker of it is of one tenant.
type family struct {
	held *wasmhost.Holding // of the queues

	mu      sync.Mutex
	queued  int64                      // guarded by mu; bytes of envelopes
	ports   int                        // guarded by mu; endpoints that are not closed
	threads map[int32]*Process         // guarded by mu
	last    int32                      // guarded by mu; number of the newest thread
	live    int                        // guarded by mu; workers that run
	buffers map[*sharedBuffer]struct{} // guarded by mu; those that someone has
	room    chan struct{}              // guarded by mu; closed when the queues get shorter
	env     *sharedEnv
	parking parking
	cpu     int64 // guarded by mu; of workers that ended, in nanoseconds
	fuel    int64 // guarded by mu; of workers that ended
}

// mailbox is what waits for one of them. Its fields are guarded by the family's mu.
type mailbox struct {
	queue  []envelope
	ports  map[int64]*endpoint
	last   int64 // number of the newest port
	names  map[string]bool
	wake   chan struct{} // one slot: queue is not empty
	closed bool
}

// family returns the program's, made at the first use. Only for Sync operations.
func (p *Process) family() *family {
	if p.fam == nil {
		p.fam = &family{held: p.engine.host.Hold(p.program.Tenant), threads: map[int32]*Process{0: p}, room: make(chan struct{}), env: &sharedEnv{}}
		p.box.wake = make(chan struct{}, 1)
	}
	return p.fam
}

// join makes p, a worker that is about to run, the thread id.
func (f *family) join(p *Process, id int32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p.box.wake = make(chan struct{}, 1)
	f.threads[id] = p
}

// leave closes what p has of channels, and forgets what was on its way to it.
func (f *family) leave(p *Process, id int32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.threads, id)
	p.box.closed = true
	queue := p.box.queue
	p.box.queue = nil // first: closing a port looks through it
	f.dropLocked(queue)
	for n := range p.box.ports {
		f.closeLocked(p, n)
	}
	for name := range p.box.names {
		_ = f.held.Charge(-nameCost(name)) // giving back cannot fail
	}
	p.box.names = nil
}

// nameCost is what the name of a channel that a thread listens to costs.
func nameCost(name string) int64 { return envelopeCost + int64(len(name)) }

// takeLocked charges for an envelope, or forgets it with an error. Precondition: mu is
// held.
func (f *family) takeLocked(e *envelope) error {
	n := e.cost()
	if f.queued+n > maxQueued {
		f.refuseLocked(*e)
		return &JSError{Code: "ERR_WORKER_QUEUE_FULL", Message: fmt.Sprintf("messages that no thread received yet hold %d bytes; the limit is %d", f.queued, maxQueued)}
	}
	if f.held.Charge(n) != nil {
		f.refuseLocked(*e)
		return errNoRoom
	}
	f.queued += n
	e.charged = n
	return nil
}

// gaveLocked takes an envelope off the account. Precondition: mu is held.
func (f *family) gaveLocked(n int64) {
	_ = f.held.Charge(-n) // giving back cannot fail
	f.queued -= n
	close(f.room)
	f.room = make(chan struct{})
}

// dropLocked forgets envelopes, and closes the ports in them. Precondition: mu is held.
func (f *family) dropLocked(list []envelope) {
	for len(list) > 0 {
		e := list[0]
		list = list[1:]
		f.gaveLocked(e.charged)
		f.freeBuffersLocked(e.shared)
		for _, ep := range e.ports { // of ports in messages of ports: as deep as they were sent
			list = append(list, ep.pending...)
			ep.pending = nil
			f.shutLocked(ep)
		}
	}
}

// putLocked adds an envelope, which is charged for, to p's. Precondition: mu is held.
func (f *family) putLocked(p *Process, e envelope) {
	if p.box.closed {
		f.dropLocked([]envelope{e})
		return
	}
	p.box.queue = append(p.box.queue, e)
	select {
	case p.box.wake <- struct{}{}:
	default:
	}
}

// tell adds an envelope that has to arrive to p's: it is charged for whatever the limits are.
func (f *family) tell(p *Process, e envelope) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tellLocked(p, e)
}

func (f *family) tellLocked(p *Process, e envelope) {
	// What there is no room for is short: an error's text, which is told without it, or a word.
	if n := e.cost(); f.held.Charge(n) == nil {
		f.queued += n
		e.charged = n
	} else {
		e.body = nil
	}
	f.putLocked(p, e)
}

// deliverLocked passes an envelope, which is charged for, to whoever owns ep.
// Precondition: mu is held.
func (f *family) deliverLocked(ep *endpoint, e envelope) {
	switch {
	case ep.closed:
		f.dropLocked([]envelope{e})
	case ep.owner == nil:
		ep.pending = append(ep.pending, e)
	default:
		e.target = ep.number
		f.putLocked(ep.owner, e)
	}
}

// pairLocked makes a channel. Precondition: mu is held.
func (f *family) pairLocked() (a, b *endpoint, err error) {
	if f.ports+2 > maxPorts {
		return nil, nil, &JSError{Code: "ERR_TOO_MANY_OPERATIONS", Message: fmt.Sprintf("too many ports between threads: the limit is %d", maxPorts)}
	}
	f.ports += 2
	a, b = &endpoint{}, &endpoint{}
	a.peer, b.peer = b, a
	return a, b, nil
}

// adoptLocked makes p the owner of ep and returns its number. Precondition: mu is held.
func (f *family) adoptLocked(p *Process, ep *endpoint) int64 {
	p.box.last++
	if p.box.ports == nil {
		p.box.ports = map[int64]*endpoint{}
	}
	ep.owner, ep.number = p, p.box.last
	p.box.ports[ep.number] = ep
	for _, e := range ep.pending {
		e.target = ep.number
		f.putLocked(p, e)
	}
	ep.pending = nil
	if ep.peer.closed {
		f.closedLocked(ep)
	}
	return ep.number
}

// releaseLocked takes ports from p, with what waits for them, and returns those of the
// numbers that it has. It looks through p's queue once, which p pays for. Precondition:
// mu is held.
func (f *family) releaseLocked(p *Process, numbers ...int64) []*endpoint {
	taken := make(map[int64]*endpoint, len(numbers))
	var list []*endpoint
	for _, number := range numbers {
		ep := p.box.ports[number]
		if ep == nil {
			continue
		}
		delete(p.box.ports, number)
		ep.owner, ep.number = nil, 0
		taken[number] = ep
		list = append(list, ep)
	}
	if len(list) == 0 {
		return nil
	}
	p.in.Charge(int64(len(p.box.queue)))
	p.box.queue = slices.DeleteFunc(p.box.queue, func(e envelope) bool {
		ep := taken[e.target]
		if e.kind > kindClosed || ep == nil {
			return false
		}
		if e.kind == kindMessage {
			ep.pending = append(ep.pending, e)
		} else {
			f.gaveLocked(e.charged) // told again
		}
		return true
	})
	return list
}

// closeLocked closes a port of p. Precondition: mu is held.
func (f *family) closeLocked(p *Process, number int64) {
	f.shutAllLocked(f.releaseLocked(p, number))
}

// shutLocked marks ep closed and tells its peer. Precondition: mu is held.
func (f *family) shutLocked(ep *endpoint) {
	if ep.closed {
		return
	}
	ep.closed = true
	f.ports--
	if !ep.peer.closed && ep.peer.owner != nil {
		f.closedLocked(ep.peer)
	}
}

// shutAllLocked closes ports that nobody owns, with what waits for them. Precondition: mu is held.
func (f *family) shutAllLocked(list []*endpoint) {
	for _, ep := range list {
		waiting := ep.pending
		ep.pending = nil
		f.shutLocked(ep)
		f.dropLocked(waiting)
	}
}

// closedLocked tells the owner of ep that the other end is closed. Precondition: mu is held.
func (f *family) closedLocked(ep *endpoint) {
	f.tellLocked(ep.owner, envelope{kind: kindClosed, target: ep.number})
}

// ownPortsLocked takes the ports of a message from p.
func (f *family) ownPortsLocked(p *Process, numbers []any) []*endpoint {
	list := make([]int64, 0, len(numbers))
	for _, n := range numbers {
		if number, ok := n.(int32); ok {
			list = append(list, int64(number))
		}
	}
	return f.releaseLocked(p, list...)
}

// body encodes a message again: it waits as bytes, not as values of Go's.
func (c *Call) body(i int) ([]byte, error) {
	c.Process.Charge(c.Process.crossing >> 5)
	b, err := wire.AppendPausing(nil, c.arg(i), c.Process.checkpoint)
	if err != nil {
		return nil, &JSError{Name: "DataCloneError", Message: "The message could not be cloned."}
	}
	return b, nil
}

// message reads an operation's arguments: for whom, which is called name, what, and the
// ports and shared buffers that go with it.
func (c *Call) message(name string) (to int64, m message, err error) {
	if to, err = c.Int(0, name); err == nil {
		m, err = c.parts(1)
	}
	return to, m, err
}

// message is what a thread sends, as it names it.
type message struct {
	body           []byte
	ports, buffers []any
}

// parts reads the arguments of a message, of which the first is i.
func (c *Call) parts(i int) (m message, err error) {
	if m.body, err = c.body(i); err != nil {
		return m, err
	}
	if m.ports, err = c.Array(i+1, "ports"); err != nil {
		return m, err
	}
	m.buffers, err = c.Array(i+2, "buffers")
	return m, err
}

// envelopeLocked makes m of p's an envelope. Precondition: mu is held.
func (f *family) envelopeLocked(p *Process, kind int, m message) envelope {
	return envelope{kind: kind, body: m.body, ports: f.ownPortsLocked(p, m.ports), shared: f.buffersLocked(p, m.buffers)}
}

// refuseLocked forgets an envelope that was not charged for. Precondition: mu is held.
func (f *family) refuseLocked(e envelope) {
	f.shutAllLocked(e.ports)
	f.freeBuffersLocked(e.shared)
}

// next waits until something is in p's mailbox.
func (f *family) next(ctx context.Context, p *Process) error {
	for {
		f.mu.Lock()
		n := len(p.box.queue)
		f.mu.Unlock()
		if n > 0 {
			return nil
		}
		select {
		case <-p.box.wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// receive takes the first envelope for p: kind, target, name, body and the numbers
// of the ports and of the shared buffers in it; nil if there is none.
func (f *family) receive(p *Process) raw {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(p.box.queue) == 0 {
		return nil
	}
	e := p.box.queue[0]
	p.box.queue[0] = envelope{}
	if p.box.queue = p.box.queue[1:]; len(p.box.queue) == 0 {
		p.box.queue = nil
	}
	f.gaveLocked(e.charged)
	numbers := make([]any, 0, len(e.ports))
	for _, ep := range e.ports {
		numbers = append(numbers, f.adoptLocked(p, ep))
	}
	b := make([]byte, 0, len(e.body)+64+len(e.name)+9*len(numbers))
	b = append(b, tagArray)
	b = binary.LittleEndian.AppendUint32(b, 6)
	b, _ = wire.Append(b, int32(e.kind)) // flat values cannot fail
	b, _ = wire.Append(b, e.target)
	b, _ = wire.Append(b, e.name)
	if e.body == nil {
		b, _ = wire.Append(b, wire.Undefined{})
	} else {
		b = append(b, e.body...)
	}
	b, _ = wire.Append(b, numbers)
	b, _ = wire.Append(b, f.takeBuffersLocked(p, e.shared))
	return b
}

// tagArray begins an array on the wire.
const tagArray = 11

// portOps are the operations behind MessagePort and BroadcastChannel where
// several threads are.
func portOps() []Op {
	return []Op{
		// port.pair () → [number, number]
		{Name: "port.pair", Sync: func(c *Call) (any, error) {
			f := c.Process.family()
			f.mu.Lock()
			defer f.mu.Unlock()
			a, b, err := f.pairLocked()
			if err != nil {
				return nil, err
			}
			return []any{f.adoptLocked(c.Process, a), f.adoptLocked(c.Process, b)}, nil
		}},
		// port.post (number, body, ports, buffers): the ports are gone whether it fails or not
		{Name: "port.post", Sync: func(c *Call) (any, error) {
			number, m, err := c.message("port")
			if err != nil {
				return nil, err
			}
			f := c.Process.family()
			f.mu.Lock()
			defer f.mu.Unlock()
			ep := c.Process.box.ports[number]
			e := f.envelopeLocked(c.Process, kindMessage, m)
			if ep == nil || ep.owner != c.Process || ep.peer.closed {
				f.refuseLocked(e)
				return wire.Undefined{}, nil
			}
			if err := f.takeLocked(&e); err != nil {
				return nil, err
			}
			f.deliverLocked(ep.peer, e)
			return wire.Undefined{}, nil
		}},
		// port.unread (number, body, ports, buffers): puts back the message that was received last
		{Name: "port.unread", Sync: func(c *Call) (any, error) {
			number, m, err := c.message("port")
			if err != nil {
				return nil, err
			}
			f := c.Process.family()
			f.mu.Lock()
			defer f.mu.Unlock()
			if c.Process.box.ports[number] == nil {
				return wire.Undefined{}, nil
			}
			e := f.envelopeLocked(c.Process, kindMessage, m)
			e.target = number
			if err := f.takeLocked(&e); err != nil {
				return nil, err
			}
			c.Process.Charge(int64(len(c.Process.box.queue)))
			c.Process.box.queue = slices.Insert(c.Process.box.queue, 0, e)
			return wire.Undefined{}, nil
		}},
		// port.close (number)
		{Name: "port.close", Sync: func(c *Call) (any, error) {
			number, err := c.Int(0, "port")
			if err != nil {
				return nil, err
			}
			f := c.Process.family()
			f.mu.Lock()
			defer f.mu.Unlock()
			f.closeLocked(c.Process, number)
			return wire.Undefined{}, nil
		}},
		// mailbox.wait (): ends when there is something to receive
		{Name: "mailbox.wait", Async: func(ctx context.Context, c *Call) (any, error) {
			f := c.Process.fam
			if f == nil {
				return nil, &JSError{Message: "there are no other threads"}
			}
			return wire.Undefined{}, f.next(ctx, c.Process)
		}},
		// mailbox.receive () → [kind, target, name, body, ports, buffers] or undefined
		{Name: "mailbox.receive", Sync: func(c *Call) (any, error) {
			if b := c.Process.family().receive(c.Process); b != nil {
				return b, nil
			}
			return wire.Undefined{}, nil
		}},
		// channel.join (name, whether): what is sent to a name arrives, or no longer
		{Name: "channel.join", Sync: func(c *Call) (any, error) {
			name, err := c.String(0, "name")
			if err != nil {
				return nil, err
			}
			join, err := c.Bool(1, "join")
			if err != nil {
				return nil, err
			}
			f := c.Process.family()
			f.mu.Lock()
			defer f.mu.Unlock()
			box := &c.Process.box
			switch {
			case !join:
				if box.names[name] {
					delete(box.names, name)
					_ = f.held.Charge(-nameCost(name)) // giving back cannot fail
				}
			case box.names[name]:
			case len(name) > maxChannelName || len(box.names) >= maxPorts:
				return nil, &JSError{Code: "ERR_TOO_MANY_OPERATIONS", Message: fmt.Sprintf("too many channels between threads, or too long a name: the limits are %d channels and %d bytes", maxPorts, maxChannelName)}
			case f.held.Charge(nameCost(name)) != nil:
				return nil, errNoRoom
			default:
				if box.names == nil {
					box.names = map[string]bool{}
				}
				box.names[name] = true
			}
			return wire.Undefined{}, nil
		}},
		// channel.post (name, body, ports, buffers): to all other threads that joined it
		{Name: "channel.post", Sync: func(c *Call) (any, error) {
			name, err := c.String(0, "name")
			if err != nil {
				return nil, err
			}
			m, err := c.parts(1)
			if err != nil {
				return nil, err
			}
			m.ports = nil // one end cannot go to many
			f := c.Process.family()
			f.mu.Lock()
			defer f.mu.Unlock()
			for _, to := range f.threads {
				if to == c.Process || !to.box.names[name] {
					continue
				}
				e := f.envelopeLocked(c.Process, kindBroadcast, m)
				e.name = name
				if err := f.takeLocked(&e); err != nil {
					return nil, err
				}
				f.putLocked(to, e)
			}
			return wire.Undefined{}, nil
		}},
		// thread.post (id, body, ports, buffers) → whether there is such a thread
		{Name: "thread.post", Sync: func(c *Call) (any, error) {
			id, m, err := c.message("threadId")
			if err != nil {
				return nil, err
			}
			f := c.Process.family()
			f.mu.Lock()
			defer f.mu.Unlock()
			to := f.threads[int32(id)]
			if to == nil || to == c.Process || !to.box.names[threadName] {
				return false, nil
			}
			e := f.envelopeLocked(c.Process, kindThread, m)
			e.target = int64(c.Process.thread())
			if err := f.takeLocked(&e); err != nil {
				return nil, err
			}
			f.putLocked(to, e)
			return true, nil
		}},
	}
}

// threadName is the channel that a thread joins when it listens to what others
// send to it by its number. No name of a guest's is like it.
const threadName = "\x00thread"
