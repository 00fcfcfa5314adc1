package jsengine

import (
	"testing"
	"time"

	"github.com/buntime/buntime/jsengine/wire"
)

// call runs a Sync operation of p by its name.
func (p *Process) call(t testing.TB, name string, args ...any) any {
	t.Helper()
	for _, o := range p.engine.ops {
		if o.Name == name && o.Sync != nil {
			v, err := o.Sync(&Call{Process: p, Args: args})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return v
		}
	}
	t.Fatalf("no operation %s", name)
	return nil
}

// fillQueue has as many messages wait for p as may.
func fillQueue(f *family, p *Process) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		e := envelope{kind: kindOutput, body: []byte{1}}
		if f.takeLocked(&e) != nil {
			return n
		}
		f.putLocked(p, e)
		n++
	}
}

// I2, I12: what a thread does with its ports is on its bill, however many messages wait
// for it, and its end takes no time in the product of both.
func TestI12ManyPortsAndMessages(t *testing.T) {
	p := newProcess(t)
	f := p.family()
	t.Cleanup(f.held.Release)
	var ports []any
	for range maxPorts / 2 {
		for _, n := range p.call(t, "port.pair").([]any) {
			ports = append(ports, int32(n.(int64)))
		}
	}
	waiting := int64(fillQueue(f, p))
	before := p.in.FuelUsed()
	p.call(t, "port.close", ports[0])
	if spent := p.in.FuelUsed() - before; spent < waiting {
		t.Errorf("closing a port while %d messages wait spent %d", waiting, spent)
	}
	began := time.Now()
	p.call(t, "port.post", ports[0], nil, ports[:1000], []any{}) // to a port that is gone: these go as well
	p.leave(&Result{})
	if took := time.Since(began); took > time.Second {
		t.Errorf("sending 1,000 ports and ending took %v", took)
	}
	if f.ports != 0 || f.queued != 0 {
		t.Errorf("%d ports and %d bytes are left", f.ports, f.queued)
	}
}

// I3: what a worker was given goes with it, whether its parent hears of its end or not.
func TestI3EndedWorkersHoldNothing(t *testing.T) {
	p := newProcess(t)
	f := p.family()
	t.Cleanup(f.held.Release)
	p.call(t, "worker.start", wire.Object{{Key: "entry", Value: "/workspace/a.js"}, {Key: "code", Value: "throw 1"}}, make([]byte, 1<<20), []any{}, []any{})
	p.background.Wait()
	for id, w := range p.workers {
		if w.data != nil || w.failure != nil {
			t.Errorf("worker %d, which ended, keeps %d bytes of data and %d of its error", id, len(w.data), len(w.failure))
		}
	}
	if len(p.workers) != 1 {
		t.Errorf("%d workers, of which nobody heard the end; want 1", len(p.workers))
	}
	p.leave(&Result{})
}

// I3: a worker says once that it runs, and what a thread listens to is charged.
func TestI3WhatThreadsSayOfThemselves(t *testing.T) {
	parent, p := newProcess(t), newProcess(t)
	f := parent.family()
	t.Cleanup(f.held.Release)
	p.fam, p.worker = f, &worker{id: 1, parent: parent, fam: f}
	f.join(p, 1)
	for range 3 {
		p.call(t, "worker.online")
	}
	if n := len(parent.box.queue); n != 1 {
		t.Errorf("the parent heard %d times that its worker runs", n)
	}
	held := testEngine.Stats().Held
	p.call(t, "channel.join", "a name", true)
	p.call(t, "channel.join", "a name", true)
	if grew := testEngine.Stats().Held - held; grew != nameCost("a name") {
		t.Errorf("%d bytes are held for a channel's name", grew)
	}
	p.call(t, "channel.join", "a name", false)
	p.call(t, "channel.join", "a name", false)
	p.call(t, "channel.join", "another", true)
	p.leave(&Result{})
	if left := testEngine.Stats().Held - held; left != 0 {
		t.Errorf("%d bytes are left", left)
	}
	parent.leave(&Result{})
}
