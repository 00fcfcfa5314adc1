package jsengine

// moduleOps resolve and load modules.
func moduleOps() []Op { return nil }
