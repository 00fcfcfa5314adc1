package jsengine

// urlOps are the operations behind the runtime library's url.
func urlOps() []Op { return nil }
