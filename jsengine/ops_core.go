package jsengine

// coreOps are the operations of the process itself.
func coreOps() []Op { return nil }
