//go:build !linux

package wasmhost

import "errors"

func newSharedMemory(int) ([]byte, error) { return nil, errors.ErrUnsupported }

func freeSharedMemory([]byte) {}

func (m *memory) mapShared(region) error { return errors.ErrUnsupported }

func (m *memory) mapPrivate(pageRange) error { return errors.ErrUnsupported }
