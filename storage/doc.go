// Package storage keeps sessions, their workspaces, API keys and idempotency
// records in one directory, encrypted, and erases them so that they stay
// erased.
//
// It knows nothing of guests or HTTP: callers bring bytes, names and times.
//
// # Keys
//
// A 32-byte master key (a file or given by the caller) opens the key ring, a
// small file with the random keys of this directory: one that wraps data keys,
// one for Badger's own encryption, one for system records and one that blinds
// names in Badger's keys. Every session and every tenant has a data key of its
// own, wrapped in a slot of the slot file. Each value is an envelope:
// XChaCha20-Poly1305, its associated data being the format version, the owner,
// the kind, the name, the generation, the chunk and whether it is the last.
// Large values are cut into chunks of 64 KiB. File names, metadata, limits,
// usage and content are inside envelopes only; Badger's keys hold session ids,
// times, random ids and keyed hashes.
//
// # Parcels
//
// A parcel is an immutable value outside of sessions, everyone's or a tenant's,
// with the bytes of files that many workspaces have: unpacked packages. Files
// refer to ranges of it. A session notes, sealed, which parcels its last commit
// refers to; only when room is needed are those notes read, and parcels that
// none names are dropped. So nothing outside a session tells what it used.
//
// # Erasure
//
// Badger's deletes leave tombstones and older versions in its files. So a
// wrapped data key never enters Badger: it lives in a slot that is overwritten
// with random bytes and synced before a session's records are deleted. What
// Badger still holds then is ciphertext without a key. This is as good as the
// file system's overwriting in place: copy-on-write file systems, snapshots,
// backups and the spare cells of flash disks keep what they keep.
package storage
