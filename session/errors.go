package session

import (
	"errors"
	"fmt"
	"time"

	"github.com/buntime/buntime/jsengine"
)

// Errors that callers branch on. They come wrapped, so use errors.Is.
var (
	// ErrNotFound reports a session that does not exist, has expired or belongs
	// to another tenant.
	ErrNotFound = errors.New("session: not found")
	// ErrDeleting reports a session that is being deleted.
	ErrDeleting = errors.New("session: being deleted")
	// ErrFileNotFound reports a file that the session lacks.
	ErrFileNotFound = errors.New("session: file not found")
	// ErrNotEmpty reports a directory that cannot be deleted alone.
	ErrNotEmpty = errors.New("session: directory not empty")
	// ErrClosed reports a Manager that is closing. It wraps jsengine.ErrClosed.
	ErrClosed = fmt.Errorf("session: manager is closed: %w", jsengine.ErrClosed)
	// ErrKeyNotFound reports an API key that does not exist, has expired, or was
	// revoked.
	ErrKeyNotFound = errors.New("session: key not found")
)

// BusyError reports work that was not taken on; trying again later makes sense.
type BusyError struct {
	Queue bool          // the session's own queue is full; else the host has no room
	Limit int           // of the queue
	Retry time.Duration // when to try again
}

func (e *BusyError) Error() string {
	if e.Queue {
		return fmt.Sprintf("session: %d requests wait already", e.Limit)
	}
	return "session: no room"
}

// QuotaError reports a quota that a request would overrun.
type QuotaError struct {
	What  string // "sessions", "entries" or "bytes of paths"
	Used  int64  // with what was asked for
	Limit int64
}

func (e *QuotaError) Error() string { return fmt.Sprintf("session: more than %d %s", e.Limit, e.What) }

// DiskFullError reports a write by the client that the session's disk has no
// room for.
type DiskFullError struct {
	Used  int64 // bytes, with what was asked for
	Limit int64 // bytes
}

func (e *DiskFullError) Error() string {
	return fmt.Sprintf("session: %d bytes do not fit a disk of %d", e.Used, e.Limit)
}

// InvalidError reports a request that can never be done as it is.
type InvalidError struct {
	Field  string // as the caller named it
	Reason string // continues the field's name: "is a directory"
}

func (e *InvalidError) Error() string { return "session: " + e.Field + " " + e.Reason }
