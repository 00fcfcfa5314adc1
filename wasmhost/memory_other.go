//go:build !linux

package wasmhost

import "errors"

// pages exists on Linux only: elsewhere every memory is a copy.
type pages struct{}

func openPages() (*pages, error) { return nil, errors.ErrUnsupported }

func (p *pages) close() error { return nil }

func newMappedImage([]byte) (*imageData, error) { return nil, errors.ErrUnsupported }

func (d *imageData) closeMapped() error { return nil }

func (m *memory) mapReservation(int) error { return errors.ErrUnsupported }

func (m *memory) unmap() {}

func (m *memory) makeWritable(int) bool { return false }

func (m *memory) watch() {}

func (m *memory) unwatch() {}

func (m *memory) resetMapped() error { return errors.ErrUnsupported }

func (m *memory) eachMapped(func(pageRange)) error { return errors.ErrUnsupported }

func (m *memory) writtenMapped() int64 { return int64(m.start) }

func maxMappings() int { return 0 }
