package jsengine

import "github.com/buntime/buntime/jsengine/weburl"

// urlOps are the operations behind the runtime library's url.
//
//	url.parse(input, base?) → parts, or null for what is no URL
//	url.set(href, part, value) → parts
//	url.domainToASCII(domain), url.domainToUnicode(domain) → string, "" for what is no domain
//
// Parts are the href and then offsets into it, in the order of weburl.Offsets.
func urlOps() []Op {
	return []Op{
		{Name: "url.parse", Sync: urlParse},
		{Name: "url.set", Sync: urlSet},
		{Name: "url.domainToASCII", Sync: func(c *Call) (any, error) {
			domain, err := urlString(c, 0, "domain")
			if err != nil {
				return nil, err
			}
			s, _ := weburl.DomainToASCII(domain)
			return s, nil
		}},
		{Name: "url.domainToUnicode", Sync: func(c *Call) (any, error) {
			domain, err := urlString(c, 0, "domain")
			if err != nil {
				return nil, err
			}
			s, ok := weburl.DomainToASCII(domain)
			if !ok {
				return "", nil
			}
			return weburl.DomainToUnicode(s), nil
		}},
	}
}

const (
	maxURL  = 2 << 20  // bytes; what is longer is no URL, as in Chrome
	longURL = 32 << 10 // bytes; what is longer takes more than a slice to parse
)

var errURLTooLong = &JSError{Name: "TypeError", Message: "Invalid URL: it is longer than 2 MB", Code: "ERR_INVALID_URL"}

// urlString returns a string argument and charges for parsing it: about 17 ns a
// byte, which is four units. It returns errURLTooLong for one that is.
func urlString(c *Call, i int, name string) (string, error) {
	s, err := c.String(i, name)
	if err != nil {
		return "", err
	}
	if len(s) > maxURL {
		return "", errURLTooLong
	}
	c.Process.Charge(4*int64(len(s)) + 1)
	return s, nil
}

// parseURL parses without holding a turn if it may take long.
func parseURL(c *Call, s string, base *weburl.URL) (u *weburl.URL, err error) {
	if len(s) <= longURL {
		return weburl.Parse(s, base)
	}
	c.Process.Block(func() { u, err = weburl.Parse(s, base) })
	return u, err
}

func urlParse(c *Call) (any, error) {
	input, err := urlString(c, 0, "url")
	if err == errURLTooLong {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var base *weburl.URL
	if c.Has(1) {
		s, err := urlString(c, 1, "base")
		if err != nil {
			return nil, err
		}
		if base, err = parseURL(c, s, nil); err != nil {
			return nil, nil
		}
	}
	u, err := parseURL(c, input, base)
	if err != nil {
		return nil, nil
	}
	return urlParts(u), nil
}

func urlSet(c *Call) (any, error) {
	href, err := urlString(c, 0, "href")
	if err != nil {
		return nil, err
	}
	part, err := c.String(1, "part")
	if err != nil {
		return nil, err
	}
	value, err := urlString(c, 2, "value")
	if err != nil {
		return nil, err
	}
	u, err := parseURL(c, href, nil)
	if err != nil {
		return nil, ArgError("href", "a URL")
	}
	u.Set(part, value)
	return urlParts(u), nil
}

func urlParts(u *weburl.URL) []any {
	o := u.Serialize()
	parts := make([]any, 1, 12)
	parts[0] = o.Href
	for _, n := range [...]int{
		o.Protocol, o.UserStart, o.UserEnd, o.PassEnd, o.HostStart, o.HostEnd,
		o.PortEnd, o.PathStart, o.SearchStart, o.SearchEnd, o.FragmentStart,
	} {
		parts = append(parts, int32(n))
	}
	return parts
}
