package jsengine

// fetchOps are the operations behind the runtime library's fetch.
func fetchOps() []Op { return nil }
