package wasmhost

import (
	"errors"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// pollEvery is how often the network is looked at while guests hold every
	// turn. Go itself does so every 10 ms.
	pollEvery = 500 * time.Microsecond

	// parked is how long a guest stands still for it. It must be longer than what
	// Go takes to park a goroutine and look for another.
	parked = 30 * time.Microsecond
)

// poller makes Go's scheduler look at the network although guests keep every
// processor busy: it does that only for a processor that has no goroutine to
// run. So, now and then, one guest waits for an alarm that comes through the
// network poller itself. Its processor finds nothing else to run, looks, and
// gets what has arrived for other goroutines together with the alarm.
type poller struct {
	last   atomic.Int64 // when, as Host.now counts
	alarms chan *alarm  // not in use
}

// alarm is a timer of the system in Go's network poller.
type alarm struct {
	fd   int
	file *os.File // owns fd
}

// newPoller makes n alarms, as a goroutine may keep the processor of a guest that
// waits for one; fewer where the system refuses: then the network is looked at
// later.
func newPoller(n int) *poller {
	p := &poller{alarms: make(chan *alarm, n)}
	for range n {
		fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK)
		if err != nil {
			break
		}
		p.alarms <- &alarm{fd: fd, file: os.NewFile(uintptr(fd), "alarm")}
	}
	return p
}

// close closes the alarms. None may be in use.
func (p *poller) close() error {
	var errs []error
	for len(p.alarms) > 0 {
		errs = append(errs, (<-p.alarms).file.Close())
	}
	return errors.Join(errs...)
}

// poll has the network looked at, if that is due at now and full says that it is
// needed.
func (p *poller) poll(now time.Duration, full func() bool) {
	last := p.last.Load()
	if int64(now)-last < int64(pollEvery) || !full() || !p.last.CompareAndSwap(last, int64(now)) {
		return
	}
	select {
	case a := <-p.alarms:
		a.wait()
		p.alarms <- a
	default:
	}
}

// wait waits for the alarm, or not at all where the system refuses.
func (a *alarm) wait() {
	at := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(parked))}
	if unix.TimerfdSettime(a.fd, 0, &at, nil) != nil {
		return
	}
	var expirations [8]byte
	_, _ = a.file.Read(expirations[:])
}
