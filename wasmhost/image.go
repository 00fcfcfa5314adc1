package wasmhost

import "context"

// Image is what instances start from: the stripped module and a snapshot of it.
// It is safe for concurrent use and lives as long as its Host.
type Image struct{}

// NewImage makes an image of m from a snapshot of an instance of m. Exports are
// the functions that Instance.Call addresses by their place in this list.
func (h *Host) NewImage(ctx context.Context, m *Module, s *Snapshot, exports []string) (*Image, error) {
	return &Image{}, nil
}

// InstanceConfig describes one use of an image.
type InstanceConfig struct {
	Memory int64  // bytes of linear memory beyond the image; 0 allows no growth
	Fuel   int64  // units; 0 sets no limit
	State  any    // what Instance.State returns
	Tenant string // whose turn the instance takes
}

// Get returns an instance that equals the image, a pooled one if there is any.
// The caller owns it and must Release it.
//
// Errors: ErrBudget, ErrClosed, *MappingLimitError.
func (i *Image) Get(ctx context.Context, cfg InstanceConfig) (*Instance, error) {
	return &Instance{}, nil
}
