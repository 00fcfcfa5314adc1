package storage

import "errors"

// Errors that callers branch on. They come wrapped, so use errors.Is.
var (
	// ErrNotFound reports that a session, file, key or record does not exist,
	// has expired or has been erased.
	ErrNotFound = errors.New("storage: not found")
	// ErrNotDue reports a session that has not expired.
	ErrNotDue = errors.New("storage: not expired")
	// ErrExists reports an id that is taken.
	ErrExists = errors.New("storage: already exists")
	// ErrInvalid reports an argument that can never be stored: a bad path, a
	// set of changes that contradicts itself or the workspace.
	ErrInvalid = errors.New("storage: invalid")
	// ErrTooLarge reports a value over the bound its method documents.
	ErrTooLarge = errors.New("storage: too large")
	// ErrNoSpace reports that the disk has no room for a write.
	ErrNoSpace = errors.New("storage: no space left on disk")
	// ErrClosed reports a call after Close.
	ErrClosed = errors.New("storage: closed")
	// ErrLocked reports that another process has the directory open.
	ErrLocked = errors.New("storage: data directory is in use by another process")
	// ErrWrongKey reports a master key that is not the one of the data.
	ErrWrongKey = errors.New("storage: wrong master key for this data directory")
	// ErrFormat reports data whose format this version does not read.
	ErrFormat = errors.New("storage: data format not supported")
	// ErrCorrupt reports data that is damaged or was tampered with. Nothing of
	// it is returned.
	ErrCorrupt = errors.New("storage: data is damaged")
)
