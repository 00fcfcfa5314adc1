//go:build !linux

package wasmhost

import "time"

// poller does nothing where there are no timers in Go's network poller.
type poller struct{}

func newPoller(int) *poller { return new(poller) }

func (*poller) close() error { return nil }

func (*poller) poll(time.Duration, func() bool) {}
