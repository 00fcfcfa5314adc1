package shell

// SearchByStates makes every search one of the engine of ours that goes by states.
func (s *System) SearchByStates() { s.heldMatch = 0 }

// TurnsAtOnce makes every goroutine take a turn as soon as it works.
func TurnsAtOnce() { freeWork = 0 }
