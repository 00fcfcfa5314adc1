package jsengine

// fsOps are the operations behind the runtime library's fs.
func fsOps() []Op { return nil }
