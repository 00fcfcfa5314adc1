package jsengine

// cryptoOps are the operations behind the runtime library's crypto.
func cryptoOps() []Op { return nil }
