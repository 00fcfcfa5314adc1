package hostfuncs

import (
	"encoding/json"
	"errors"
)

// Policy says which addresses may be dialled. It is immutable.
type Policy struct{}

// ServerPolicy returns the policy of a server: its ceiling ("public" or "none")
// and what is opened beyond it, entries of the form host:port or IP:port.
func ServerPolicy(ceiling string, allow []string) (*Policy, error) {
	return nil, errors.ErrUnsupported
}

// Grants returns a policy under which only what entries name is reachable: for
// programs that embed buntime, and buntime run. See Entry forms below.
func Grants(entries []string) (*Policy, error) { return nil, errors.ErrUnsupported }

// Narrowing is what a session's egress field says. The zero value narrows nothing.
type Narrowing struct{}

// ParseNarrowing reads a session's egress field: "public", "none", or {"allow":
// [at most 64 of "host", "host:port", "*.domain"]}. nil is "public".
func ParseNarrowing(raw json.RawMessage) (Narrowing, error) {
	return Narrowing{}, errors.ErrUnsupported
}

// MarshalJSON returns the field as ParseNarrowing reads it.
func (n Narrowing) MarshalJSON() ([]byte, error) { return nil, errors.ErrUnsupported }

// Narrow returns p, further restricted.
func (p *Policy) Narrow(n Narrowing) *Policy { return p }
