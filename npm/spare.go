package npm

import "slices"

// maxCompared bounds the versions that are held against ranges to find what is spare.
const maxCompared = 100_000

// spare returns, of the packages that the tree has in more versions than it needs,
// those that will do, newest first: as Bun finds them when it starts without a
// lockfile. A version that the project itself asks for is never spared.
func (b *builder) spare() map[string][]string {
	wanting := map[string]map[string][]*edge{} // name → version → what leads to it
	b.each(func(n *node) {
		if n.link != nil || n.bundled || n.failed != nil || n.integrity == "" {
			return
		}
		if wanting[n.m.Name] == nil {
			wanting[n.m.Name] = map[string][]*edge{}
		}
		wanting[n.m.Name][n.m.Version] = append(wanting[n.m.Name][n.m.Version], n.in()...)
	})
	out := map[string][]string{}
	compared := 0
	for _, name := range sortedKeys(wanting) {
		edges := wanting[name]
		var versions []string
		for v := range edges {
			versions = append(versions, v)
		}
		slices.SortFunc(versions, func(x, y string) int { return compareVersions(y, x) })
		kept := slices.Clone(versions)
		for _, v := range versions {
			others := slices.DeleteFunc(slices.Clone(kept), func(o string) bool { return o == v })
			instead := make([]string, 0, len(edges[v]))
			for _, e := range edges[v] {
				i := slices.IndexFunc(others, func(o string) bool {
					compared++
					return compared <= maxCompared && satisfies(o, e.spec.want)
				})
				if i < 0 || e.from.mine() || e.spec.kind != kindRange {
					break
				}
				instead = append(instead, others[i])
			}
			if len(instead) == 0 || len(instead) < len(edges[v]) {
				continue
			}
			kept = others
			for i, e := range edges[v] {
				edges[instead[i]] = append(edges[instead[i]], e)
			}
		}
		if len(kept) < len(versions) {
			out[name] = kept
		}
	}
	return out
}
