package jsengine

// CollectAlways makes the program's collector run at every allocation.
func (p *Program) CollectAlways() { p.gcAlways = true }
