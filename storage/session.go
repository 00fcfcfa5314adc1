package storage

import (
	"context"
	"encoding/json"
	"time"
)

// ResourceLimits are what a session was created with. storage only keeps them.
type ResourceLimits struct {
	MemoryMB int     `json:"memory"`  // MiB of linear memory beyond the image
	CPU      float64 `json:"cpu"`     // sustained share of cores
	TimeoutS int     `json:"timeout"` // seconds per execution
	DiskMB   int     `json:"disk"`    // MiB of file content
}

// Usage is what a session has spent.
type Usage struct {
	CPUMs       float64 `json:"cpuMs"`
	Fuel        int64   `json:"fuel"`
	DiskBytes   int64   `json:"diskBytes"`   // content of the workspace's files; kept by storage
	MemoryBytes int64   `json:"memoryBytes"` // as the caller defines it (peak or last)
	Executions  int64   `json:"executions"`
}

// Session is one session's record. Everything but ID, Tenant and the times
// CreatedAt and ExpiresAt is readable with the session's key only.
type Session struct {
	ID         string          // 1 to 64 of [A-Za-z0-9_-]
	Tenant     string          // owner, 1 to 255 bytes
	CreatedAt  time.Time       // set by the caller, millisecond precision in indexes
	ExpiresAt  time.Time       // see Store.Expired
	LastActive time.Time       // see Store.UpdateUsage
	Metadata   json.RawMessage // the client's, at most 1 MiB; nil if none
	Egress     json.RawMessage // policy as the caller encodes it; nil if none
	Limits     ResourceLimits
	Usage      Usage
	FilesCount int // regular files in the workspace; kept by storage
}

// CreateSession stores a new session with an empty workspace and a fresh data
// key, durably. FilesCount and Usage.DiskBytes are ignored. Errors: ErrExists,
// ErrInvalid, ErrNoSpace.
func (s *Store) CreateSession(ctx context.Context, sess Session) error { panic("unbuilt") }

// Session returns a session, expired or not: expiry is the caller's decision.
// Errors: ErrNotFound, ErrCorrupt.
func (s *Store) Session(id string) (Session, error) { panic("unbuilt") }

// Sessions returns up to limit sessions of a tenant in order of creation,
// after skipping offset, and how many there are. An empty tenant stands for
// all.
func (s *Store) Sessions(tenant string, offset, limit int) (list []Session, total int, err error) {
	panic("unbuilt")
}

// CountSessions returns how many sessions a tenant has; an empty tenant stands
// for all. It costs no reads after a tenant's first call.
func (s *Store) CountSessions(tenant string) (int, error) { panic("unbuilt") }

// UpdateSession lets fn change a session's ExpiresAt, LastActive, Metadata,
// Egress, Limits and Usage and stores the result durably; changes of other
// fields are ignored. An error of fn is returned as it is and nothing is
// stored. Updates of one session are serialized.
func (s *Store) UpdateSession(ctx context.Context, id string, fn func(*Session) error) error {
	panic("unbuilt")
}

// UpdateUsage lets fn change a session's LastActive and Usage in memory, where
// Session sees it at once; it reaches the disk within 5 s or at Close.
func (s *Store) UpdateUsage(id string, fn func(*Session)) error { panic("unbuilt") }

// EraseSession destroys a session: when it returns, its key is overwritten on
// disk and no record of it can be decrypted by anyone. The space is reclaimed
// in the background. It waits for a running Commit of the session; calls on
// its workspace return ErrNotFound from then on. Errors: ErrNotFound.
func (s *Store) EraseSession(ctx context.Context, id string) error { panic("unbuilt") }

// Expired returns the ids of up to max sessions whose ExpiresAt is not after
// now, those due longest first.
func (s *Store) Expired(now time.Time, max int) ([]string, error) { panic("unbuilt") }
