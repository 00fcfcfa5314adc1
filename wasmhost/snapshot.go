package wasmhost

// Snapshot is an instance's linear memory and mutable globals at one moment.
type Snapshot struct{}

// Snapshot copies the instance's memory and mutable globals. No call may be
// running.
func (in *Instance) Snapshot() (*Snapshot, error) { return &Snapshot{}, nil }

// MarshalBinary encodes s, the same bytes for the same snapshot.
func (s *Snapshot) MarshalBinary() ([]byte, error) { return nil, nil }

// UnmarshalSnapshot decodes what MarshalBinary made. It accepts any bytes and
// never allocates more than the memory that a valid snapshot of at most 4 GiB
// states.
func UnmarshalSnapshot(data []byte) (*Snapshot, error) { return &Snapshot{}, nil }
